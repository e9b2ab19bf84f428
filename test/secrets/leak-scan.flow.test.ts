import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Instance, startInstance } from '../support/instance.js';
import { until } from '../support/until.js';
import { contractNotice, createWorld, members, PROVIDER, SUITE, type World } from '../support/world.js';

/** Raw, and as it would look in a URL, a base64 or hex column, or a JSON string. */
function disguises(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ];
}

describe('credentials', () => {
  let world: World;
  let platform: Instance;
  const secrets = new Map<string, string>();
  const places = new Map<string, string>();

  beforeAll(async () => {
    world = await createWorld({ role: 'api' });
    recordWhatWecomHandsOut();
    platform = await startInstance({
      databaseUrl: world.database.url,
      simulatorUrl: world.simulatorUrl,
      role: 'all',
      env: { LOG_LEVEL: 'trace' },
    });
    await world.control.putSuite({
      ...SUITE,
      commandUrl: `${platform.url}/callbacks/${SUITE.suiteId}/command`,
      dataUrl: `${platform.url}/callbacks/${SUITE.suiteId}/data/$CORPID$`,
    });
    await live();
    await platform.stop();
    await collectPlaces();
  });
  afterAll(() => world.close());

  function recordWhatWecomHandsOut(): void {
    const { tokens, tickets, codes } = world.simulator.simulator;
    const issue = tokens.issue.bind(tokens);
    tokens.issue = (scope) => {
      const issued = issue(scope);
      secrets.set(`${scope.kind} token ${secrets.size}`, issued.token);
      return issued;
    };
    const make = tickets.make.bind(tickets);
    tickets.make = (suiteId) => {
      const ticket = make(suiteId);
      secrets.set(`suite ticket ${secrets.size}`, ticket);
      return ticket;
    };
    const newAuthCode = codes.newAuthCode.bind(codes);
    codes.newAuthCode = (grant) => {
      const authCode = newAuthCode(grant);
      secrets.set(`auth code ${secrets.size}`, authCode.code);
      return authCode;
    };
    const newPreAuthCode = codes.newPreAuthCode.bind(codes);
    codes.newPreAuthCode = (suiteId) => {
      const preAuthCode = newPreAuthCode(suiteId);
      secrets.set(`pre auth code ${secrets.size}`, preAuthCode.code);
      return preAuthCode;
    };
    secrets.set('suite secret', SUITE.secret);
    secrets.set('suite callback token', SUITE.token);
    secrets.set('suite AES key', SUITE.encodingAesKey);
    secrets.set('provider secret', PROVIDER.secret);
    secrets.set('provider callback token', PROVIDER.token);
    secrets.set('provider AES key', PROVIDER.encodingAesKey);
    secrets.set('API key', world.key);
    secrets.set('password of the database', new URL(world.database.url).password);
  }

  /** Everything a corp goes through, and every failure that has leaked something somewhere. */
  async function live(): Promise<void> {
    const { control } = world;
    await control.pushTicket(SUITE.suiteId);
    await world.install({ corpId: 'wpLeakMarket', name: 'Market', members: members('woMia') });
    await world.addCorp({ corpId: 'wpLeakPage', name: 'Page', members: members('woPia') });
    const begin = await fetch(`${platform.url}/install/${SUITE.suiteId}/start`, { redirect: 'manual' });
    const cookie = begin.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const done = await control.approveInstall(begin.headers.get('location') ?? '', 'wpLeakPage');
    await fetch(done, { headers: { cookie } });
    await fetch(done, { headers: { cookie } });
    await fetch(done.replace('auth_code=', 'auth_code=broken'));
    for (const corpId of ['wpLeakMarket', 'wpLeakPage']) {
      secrets.set(`permanent code of ${corpId}`, (await control.authorization(SUITE.suiteId, corpId)).permanentCode);
    }
    await world.settled(await world.accept('wpLeakMarket', contractNotice('woMia')));
    await world.settled(await world.accept('wpLeakMarket', contractNotice('woNobody')));
    await control.addFault({ kind: 'bad-gateway', times: 2 });
    await control.addFault({
      kind: 'answer',
      body: `{"errcode":40014,"errmsg":"echo ${SUITE.secret}"}`,
      times: 1,
      path: 'message/send',
    });
    await control.invalidateTokens({ kind: 'all' });
    await world.settled(await world.accept('wpLeakMarket', contractNotice('woMia', '第二次')));
    await control.pushRaw({
      channel: 'command',
      suiteId: SUITE.suiteId,
      fields: { InfoType: 'suite_ticket' },
      signature: '0'.repeat(40),
    });
    await control.pushRaw({ channel: 'command', suiteId: SUITE.suiteId, xml: '<!DOCTYPE x><xml/>' });
    await control.push({
      channel: 'command',
      suiteId: SUITE.suiteId,
      fields: { InfoType: 'create_auth', AuthCode: 'c'.repeat(80) },
    });
    secrets.set('auth code nobody issued', 'c'.repeat(80));
    await fetch(`${platform.url}/v1/corps/wpLeakMarket/notices`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.key}x`, 'content-type': 'application/json' },
      body: '{"broken',
    });
    await control.cancel(SUITE.suiteId, 'wpLeakPage');
    await until(async () => {
      const rows = await world.database.everything(
        `SELECT 1 FROM authorizations WHERE corp_id = 'wpLeakPage' AND state = 'cancelled'`,
      );
      return rows.length;
    }, 'the cancellation');
  }

  async function collectPlaces(): Promise<void> {
    places.set('log lines at the finest level', platform.output());
    const tables = await world.database.everything<{ name: string }>(
      `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'pgboss')`,
    );
    const dump: string[] = [];
    for (const { name } of tables) {
      const rows = await world.database.everything<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      dump.push(name, ...rows.map(({ row }) => row));
    }
    places.set('a dump of the database', dump.join('\n'));
    await world.database.everything('CHECKPOINT');
    const [database] = await world.database.everything<{ oid: string }>(
      'SELECT oid::text FROM pg_database WHERE datname = current_database()',
    );
    const folder = join(process.env.SUITEPOST_TEST_POSTGRES_FOLDER ?? '', 'postgres', 'base', database?.oid ?? '');
    const files = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'latin1')));
    places.set('the files of the database', files.join('\n'));
    const log = await readFile(join(process.env.SUITEPOST_TEST_POSTGRES_FOLDER ?? '', 'postgres.log'), 'latin1');
    places.set('the log of the database server', log);
  }

  it('of every kind are there to be lost', () => {
    const kinds = new Set([...secrets.keys()].map((name) => name.replace(/ (of .*|\d+)$/, '')));
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        'suite token',
        'corp token',
        'suite ticket',
        'auth code',
        'pre auth code',
        'permanent code',
        'API key',
      ]),
    );
    expect(platform.output()).toContain('"level":20');
  });

  it('would be found by the scan, as other things are', () => {
    expect(places.get('a dump of the database')).toContain('wpLeakMarket');
    expect(places.get('a dump of the database')).toContain(Buffer.from('合同生成成功').toString('hex'));
    expect(places.get('the files of the database')).toContain('wpLeakMarket');
    expect(places.get('log lines at the finest level')).toContain('wpLeakPage');
  });

  it.each([
    'log lines at the finest level',
    'a dump of the database',
    'the files of the database',
    'the log of the database server',
  ])('are never in the clear in %s', (place) => {
    const text = places.get(place) ?? '';
    const found = [...secrets].flatMap(([name, secret]) =>
      disguises(secret).some((disguise) => text.includes(disguise)) ? [name] : [],
    );
    expect(found).toEqual([]);
  });
});
