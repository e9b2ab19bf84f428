import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startSimulator } from '../src/server.ts';
import { notice, SampleApp } from './support/sample-app.ts';
import { corp, miniProgram, otherCorp, provider, suite, template, world } from './support/sample-world.ts';

let app: SampleApp;

beforeAll(async () => {
  app = await SampleApp.start();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.control.reset();
  await app.control.seed(world);
});

async function call(method: string, path: string, body?: string): Promise<{ status: number; error: string }> {
  const response = await fetch(app.running.url + path, { method, body });
  const { error } = (await response.json()) as { error: string };
  return { status: response.status, error };
}

describe('the control API refuses', () => {
  it('unknown paths, wrong methods and bodies that are no JSON', async () => {
    expect(await call('GET', '/control/nonsense')).toEqual({
      status: 404,
      error: 'the control API has no /control/nonsense',
    });
    expect(await call('DELETE', '/control/clock')).toEqual({ status: 405, error: '/control/clock takes GET, POST' });
    expect(await call('POST', '/control/clock', '{')).toEqual({ status: 400, error: 'the body is not JSON' });
    expect((await call('POST', '/control/clock')).status).toBe(400);
    expect((await call('GET', '/control/ledger?after=x')).status).toBe(400);
  });

  it('misspelt and missing fields, naming them', async () => {
    await expect(app.control.putCorp({ ...corp, member: [] } as never)).rejects.toThrow('has no field member');
    await expect(app.control.putSuite({ suiteId: 'wwX' } as never)).rejects.toThrow('needs secret');
    await expect(app.control.putSuite({ ...suite, encodingAesKey: 'short' })).rejects.toThrow('43 letters');
    await expect(app.control.putMember(corp.corpId, { userId: 'x', status: 3 as never })).rejects.toThrow('status');
    await expect(app.control.changeSettings({ tokenMode: 'maybe' as never })).rejects.toThrow('tokenMode');
    await expect(app.control.changeSettings({ nonsense: 1 } as never)).rejects.toThrow('no setting nonsense');
    await expect(app.control.changeSettings({ ledgerLimit: null as never })).rejects.toThrow('ledgerLimit');
  });

  it('an id that differs between path and body', async () => {
    expect(await call('PUT', '/control/corps/wpOther', JSON.stringify(corp))).toMatchObject({ status: 400 });
  });

  it('things that do not exist', async () => {
    await expect(app.control.putSuite({ ...suite, providerCorpId: 'wwNobody' })).rejects.toThrow('no provider');
    await expect(app.control.install({ suiteId: 'wwNobody', corpId: corp.corpId })).rejects.toThrow('no suite');
    await expect(app.control.install({ suiteId: suite.suiteId, corpId: 'wpNobody' })).rejects.toThrow('no corp');
    await expect(app.control.cancel(suite.suiteId, corp.corpId)).rejects.toThrow('never installed');
    await expect(app.control.inbox(corp.corpId, 'woNobody')).rejects.toThrow('no member');
    await expect(app.control.push({ channel: 'data', suiteId: suite.suiteId, xml: '' })).rejects.toThrow(
      'needs corpId',
    );
    await expect(app.control.pushTicket('wwNobody')).rejects.toThrow('no suite');
  });

  it('cancelling twice, and a market installation of a customised template', async () => {
    await app.install(corp.corpId);
    await app.control.cancel(suite.suiteId, corp.corpId, { push: false });
    await expect(app.control.cancel(suite.suiteId, corp.corpId)).rejects.toThrow('cancelled');
    const market = { suiteId: template.suiteId, corpId: corp.corpId, mode: 'market' } as const;
    await expect(app.control.install(market)).rejects.toThrow('QR code only');
  });
});

describe('unknown API paths', () => {
  it('answer 404 with a clear text and are in the ledger', async () => {
    expect(await call('POST', '/cgi-bin/menu/create', '{}')).toEqual({
      status: 404,
      error: 'this simulator has no API /cgi-bin/menu/create',
    });
    expect((await app.control.ledger()).entries).toMatchObject([
      { path: '/cgi-bin/menu/create', status: 404, errcode: null },
    ]);
  });
});

describe('state', () => {
  it('shows what was seeded, with defaults filled in', async () => {
    const state = await app.control.state();
    expect(state.providers).toMatchObject([{ corpId: provider.corpId, ipAllowList: null }]);
    expect(state.suites).toMatchObject([{ kind: 'third-party', released: true }, {}, { kind: 'customized' }]);
    expect(state.corps[0]?.departments).toHaveLength(4);
    expect(state.miniPrograms).toMatchObject([miniProgram]);
  });

  it('adds, changes and removes members', async () => {
    const { accessToken } = await app.accessToken(corp.corpId);
    await app.control.putMember(corp.corpId, { userId: 'woFresh' });
    expect(await app.send(accessToken, notice({}, { touser: 'woFresh' }))).toMatchObject({ errcode: 0 });
    await app.control.putMember(corp.corpId, { userId: 'woFresh', licensed: false });
    expect(await app.send(accessToken, notice({}, { touser: 'woFresh' }))).toMatchObject({ unlicenseduser: 'woFresh' });
    await app.control.removeMember(corp.corpId, 'woFresh');
    expect(await app.send(accessToken, notice({}, { touser: 'woFresh' }))).toMatchObject({ invaliduser: 'wofresh' });
  });

  it('is empty after a reset, and the settings are the starting ones', async () => {
    await app.control.changeSettings({ pushAttempts: 2 });
    await app.control.advanceClock(10);
    await app.control.reset();
    expect(await app.control.state()).toEqual({
      providers: [],
      suites: [],
      corps: [],
      miniPrograms: [],
      authorizations: [],
    });
    expect((await app.control.settings()).pushAttempts).toBe(1);
    expect((await app.control.clock()).offsetSeconds).toBe(0);
    expect((await app.control.stats()).calls).toBe(0);
  });
});

describe('the ledger', () => {
  it('keeps order, caller, outcome, bytes and digest, but no token of the query', async () => {
    const { accessToken, suiteToken } = await app.accessToken(corp.corpId);
    await app.control.clearLedger();
    const body = '{"msgtype" : "text"}';
    await app.postRaw('message/send', body, { access_token: accessToken });
    const page = await app.control.ledger();
    expect(page.entries).toMatchObject([
      {
        method: 'POST',
        path: '/cgi-bin/message/send',
        query: { access_token: '[secret]' },
        ip: '127.0.0.1',
        suiteId: suite.suiteId,
        corpId: corp.corpId,
        errcode: 41011,
        status: 200,
        bodyBytes: body.length,
        bodySha256: '54fec586ce74381d779930c857dabea834cb39879f412992986ce379edb65bcc',
      },
    ]);
    expect(Buffer.from(page.entries[0]?.bodyBase64 ?? '', 'base64').toString()).toBe(body);
    expect(JSON.stringify(page)).not.toContain(suiteToken);
    expect(JSON.stringify(page)).not.toContain(accessToken);
  });

  it('filters and pages', async () => {
    await app.install(corp.corpId);
    await app.install(otherCorp.corpId);
    const tokens = await app.control.ledger({ path: 'service/get_suite_token' });
    expect(tokens.entries).toHaveLength(2);
    const ofCorp = await app.control.ledger({ corpId: otherCorp.corpId });
    expect(ofCorp.entries.map((entry) => entry.path)).toEqual(['/cgi-bin/service/v2/get_permanent_code']);
    const first = await app.control.ledger({ limit: 1 });
    const rest = await app.control.ledger({ after: first.lastSeq });
    expect(rest.entries.map((entry) => entry.seq)).toEqual([2, 3, 4].map((step) => first.lastSeq + step - 1));
    expect((await app.control.ledger({ errcode: 40058 })).entries).toEqual([]);
  });

  it('forgets the oldest beyond its limit, while the counts go on', async () => {
    await app.control.changeSettings({ ledgerLimit: 2, ledgerBodies: 'none' });
    for (let count = 0; count < 5; count++) await app.post('service/get_suite_token', {});
    const page = await app.control.ledger();
    expect(page).toMatchObject({ forgotten: 3, entries: [{ bodyBase64: null }, {}] });
    expect(await app.control.counts()).toMatchObject({ calls: 5, byErrcode: { '41021': 5 } });
  });

  it('counts by path, errcode and corp', async () => {
    await app.accessToken(corp.corpId);
    expect(await app.control.counts()).toEqual({
      calls: 3,
      byPath: {
        '/cgi-bin/service/get_suite_token': 1,
        '/cgi-bin/service/v2/get_permanent_code': 1,
        '/cgi-bin/service/get_corp_token': 1,
      },
      byErrcode: { '0': 3 },
      byCorp: { [corp.corpId]: 2 },
    });
  });

  it('sees the address that a trusted proxy names', async () => {
    await app.control.changeSettings({ trustForwardedFor: true });
    await app.control.putProvider({ ...provider, ipAllowList: ['10.1.2.3'] });
    const body = JSON.stringify({ suite_id: suite.suiteId, suite_secret: 'x', suite_ticket: 'x' });
    const ask = (address: string) =>
      fetch(`${app.running.url}/cgi-bin/service/get_suite_token`, {
        method: 'POST',
        body,
        headers: { 'x-forwarded-for': address },
      }).then((response) => response.json());
    expect(await ask('10.1.2.4')).toMatchObject({ errcode: 60020 });
    expect(await ask('10.1.2.3')).toMatchObject({ errcode: 40080 });
  });
});

describe('startSimulator', () => {
  it('refuses a bad seed and a bad setting', async () => {
    await expect(startSimulator({ seed: { corp: [] } as never })).rejects.toThrow('has no field corp');
    await expect(startSimulator({ settings: { tokenMode: 'x' as never } })).rejects.toThrow('tokenMode');
  });

  it('frees its port on close', async () => {
    const first = await startSimulator({ ticketIntervalSeconds: null });
    await first.close();
    const second = await startSimulator({ ticketIntervalSeconds: null, port: first.port });
    expect(second.port).toBe(first.port);
    await second.close();
  });
});
