import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SuitesService } from '../../src/modules/suites/suites.service.js';
import { until } from '../support/until.js';
import { PROVIDER, type Rig, SUITE, startRig } from './rig.js';
import { cipherText, encrypt, envelope, padded, plaintext, queryString, sign } from './wecom-envelope.js';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

const inbox = (where: string, params: unknown[] = []) =>
  rig.database.everything<{ state: string; reason: string | null; seen: number; info_type: string; flags: string[] }>(
    `SELECT state, reason, seen, info_type, flags FROM callback_inbox WHERE ${where}`,
    params,
  );
const now = () => String(Math.floor(Date.now() / 1000));
const post = (path: string, body: string, headers: Record<string, string> = { 'content-type': 'text/xml' }) =>
  fetch(`${rig.app.url}${path}`, { method: 'POST', body, headers });
const push = (
  message: string,
  options: { path?: string; receiveId?: string; headers?: Record<string, string> } = {},
) => {
  const encrypted = encrypt(message, options.receiveId ?? SUITE);
  return post(
    `${options.path ?? `/callbacks/${SUITE}/command`}?${queryString(sign(encrypted, now()))}`,
    envelope(encrypted),
    options.headers,
  );
};
const event = (infoType: string, fields = '') =>
  `<xml><SuiteId><![CDATA[${SUITE}]]></SuiteId><InfoType> <![CDATA[${infoType}]]></InfoType><TimeStamp>${now()}</TimeStamp>${fields}</xml>`;

describe('what is refused at the callback URLs', () => {
  const good = encrypt(event('change_external_tag'), SUITE);
  const signed = (encrypted: string) => `/callbacks/${SUITE}/command?${queryString(sign(encrypted, now()))}`;
  const cases: [string, number, () => Promise<Response>][] = [
    ['an unknown suite', 404, () => post(`/callbacks/wwnobody/command?${queryString(sign(good))}`, envelope(good))],
    ['an unknown provider', 404, () => post(`/callbacks/provider/wwnobody?${queryString(sign(good))}`, envelope(good))],
    ['no query', 400, () => post(`/callbacks/${SUITE}/command`, envelope(good))],
    ['a nonce given twice', 400, () => post(`${signed(good)}&nonce=x`, envelope(good))],
    [
      'a wrong signature',
      403,
      () =>
        post(
          `/callbacks/${SUITE}/command?${queryString({ ...sign(good), signature: 'a'.repeat(40) })}`,
          envelope(good),
        ),
    ],
    [
      'a signature with another token',
      403,
      () => post(`/callbacks/${SUITE}/command?${queryString(sign(good, now(), 'n', 'foreign'))}`, envelope(good)),
    ],
    ['a message for another suite', 403, () => push(event('x'), { receiveId: 'wwother' })],
    [
      'a message for another corp than the path names',
      403,
      () => push(event('x'), { path: `/callbacks/${SUITE}/data/wpCorpA`, receiveId: 'wpcorpa' }),
    ],
    [
      'bad padding',
      400,
      () => {
        const blocks = padded(plaintext('<xml/>', SUITE));
        blocks[blocks.length - 1] = 0;
        const bad = cipherText(blocks);
        return post(signed(bad), envelope(bad));
      },
    ],
    [
      'a length field beyond the message',
      400,
      () => {
        const bad = cipherText(padded(plaintext('<xml/>', SUITE, 4_000_000_000)));
        return post(signed(bad), envelope(bad));
      },
    ],
    [
      'an entity bomb',
      400,
      () =>
        post(
          signed(good),
          '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>',
        ),
    ],
    ['a nest of elements', 400, () => post(signed(good), '<a>'.repeat(100_000))],
    ['no body', 400, () => fetch(`${rig.app.url}${signed(good)}`, { method: 'POST' })],
    [
      'bytes that are no text',
      400,
      () => fetch(`${rig.app.url}${signed(good)}`, { method: 'POST', body: new Uint8Array([0xff, 0xfe, 0x00]) }),
    ],
    ['more than a megabyte', 413, () => post(signed(good), envelope('A'.repeat(1_100_000)))],
  ];

  it.each(cases)('refuses %s with %d, storing nothing', async (_, status, request) => {
    const before = await inbox('true');
    const response = await request();
    expect(response.status).toBe(status);
    expect(await response.text()).not.toMatch(/success|padding|signature|receive/);
    expect(await inbox('true')).toEqual(before);
  });

  it('does not ask the database for each request to an unknown suite', async () => {
    const list = jest.spyOn(rig.app.app.get(SuitesService), 'list');
    const keys = jest.spyOn(rig.app.app.get(SuitesService), 'callbackKeys');
    const responses = await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        post(`/callbacks/wwnobody${index}/command?${queryString(sign('x'))}`, envelope('x')),
      ),
    );
    expect(new Set(responses.map((response) => response.status))).toEqual(new Set([404]));
    expect(keys).not.toHaveBeenCalled();
    // At most one look a second, whoever asks.
    expect(list.mock.calls.length).toBeLessThan(10);
  });
});

describe('URL verification', () => {
  it('answers the echo of all three kinds of URL, as saving them in the console asks', async () => {
    const suite = await rig.wecom.verifyUrls(SUITE);
    expect([suite.command?.ok, suite.data?.ok, suite.ticket?.ok]).toEqual([true, true, true]);
    expect((await rig.wecom.verifySystemUrl(PROVIDER)).ok).toBe(true);
  });

  it('answers the exact text and nothing else, as often as it is asked', async () => {
    const message = 'echo "with" + signs / 企业';
    let encrypted = encrypt(message, PROVIDER);
    // A plus sign must survive the query string; make sure there is one.
    while (!encrypted.includes('+')) encrypted = encrypt(message, PROVIDER);
    for (const echo of [encodeURIComponent(encrypted), encrypted]) {
      for (const path of [`${SUITE}/command`, `${SUITE}/data`, `${SUITE}/data/${PROVIDER}`]) {
        const response = await fetch(
          `${rig.app.url}/callbacks/${path}?${queryString(sign(encrypted))}&echostr=${echo}`,
        );
        expect(response.status).toBe(200);
        expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
        expect(await response.text()).toBe(message);
      }
    }
  });

  it('finds the only provider when the URL names none', async () => {
    const [token, key] = ['SystemToken', 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'];
    const encrypted = encrypt('hello', PROVIDER, key);
    const query = queryString(sign(encrypted, now(), 'n', token));
    const response = await fetch(`${rig.app.url}/callbacks/provider?${query}&echostr=${encodeURIComponent(encrypted)}`);
    expect([response.status, await response.text()]).toEqual([200, 'hello']);
  });
});

describe('receiving callbacks', () => {
  it.each([
    ['text/xml'],
    ['application/xml; charset=utf-8'],
    ['application/json'],
    ['application/x-www-form-urlencoded'],
    ['nonsense'],
    [undefined],
  ])('takes a body of content type %s', async (contentType) => {
    const response = await push(event(`type_${String(contentType).replace(/\W/g, '_')}`), {
      headers: contentType === undefined ? {} : { 'content-type': contentType },
    });
    expect([response.status, await response.text()]).toEqual([200, 'success']);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
  });

  it('leaves the bodies of other routes to their own parsers', async () => {
    const response = await fetch(`${rig.app.url}/v1/corps/wpCorp/notices`, {
      method: 'POST',
      body: '{broken',
      headers: { 'content-type': 'application/json' },
    });
    expect(response.headers.get('content-type')).toMatch(/problem\+json/);
  });

  it('answers the data channel with an empty body: there is no passive reply', async () => {
    const message =
      '<xml><ToUserName>wpCorp</ToUserName><MsgType>event</MsgType><Event>subscribe</Event><CreateTime>1</CreateTime></xml>';
    for (const path of [`/callbacks/${SUITE}/data`, `/callbacks/${SUITE}/data/wpCorp`]) {
      const response = await push(message, { path, receiveId: 'wpCorp' });
      expect([response.status, await response.text()]).toEqual([200, '']);
    }
    expect(await inbox(`event_corp_id = 'wpCorp'`)).toMatchObject([
      { state: 'ignored', reason: 'unhandled', info_type: 'subscribe', seen: 2 },
    ]);
  });

  it('takes system events for the provider', async () => {
    const record = await rig.wecom.push({
      channel: 'system',
      providerCorpId: PROVIDER,
      corpId: 'wpCorp',
      fields: { InfoType: 'license_pay_success', OrderId: 'o1' },
    });
    expect(record).toMatchObject({ ok: true });
    expect(await inbox(`channel = 'system'`)).toMatchObject([{ state: 'ignored', info_type: 'license_pay_success' }]);
  });

  it('keeps an event once, however often and however simultaneously it is pushed', async () => {
    const message = event('approve_special_auth', '<AuthCorpId>wpBurst</AuthCorpId>');
    const responses = await Promise.all(Array.from({ length: 50 }, () => push(message)));
    expect(new Set(await Promise.all(responses.map((response) => response.text())))).toEqual(new Set(['success']));
    expect(await inbox(`event_corp_id = 'wpBurst'`)).toMatchObject([{ seen: 50 }]);
  });

  it('keeps fifty different events that come at once', async () => {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        push(event('corp_arch_auth', `<AuthCorpId>wpMany${index}</AuthCorpId>`)),
      ),
    );
    expect(await inbox(`info_type = 'corp_arch_auth'`)).toHaveLength(50);
  });

  it('keeps what verifies but makes no sense, with the reason, and never answers 500', async () => {
    for (const [message, reason] of [
      ['no xml at all', 'neither XML nor JSON'],
      ['<!DOCTYPE a><xml/>', 'doctype'],
      [`<xml><SuiteId>wwother</SuiteId><InfoType>suite_ticket</InfoType></xml>`, 'suite_mismatch'],
    ] as const) {
      const response = await push(message);
      expect([response.status, await response.text()]).toEqual([200, 'success']);
      expect(await inbox('reason = $1', [reason])).toMatchObject([{ state: 'failed', seen: 1 }]);
    }
    await push(event('cancel_auth', '<AuthCorpId></AuthCorpId>'));
    await until(async () => (await inbox(`info_type = 'cancel_auth' AND state = 'failed'`)).length === 1);
  });

  it('flags a push whose timestamp is far off, and takes it all the same', async () => {
    const message = event('cancel_special_auth');
    const encrypted = encrypt(message, SUITE);
    const late = String(Number(now()) - 3_600);
    const response = await post(
      `/callbacks/${SUITE}/command?${queryString(sign(encrypted, late))}`,
      envelope(encrypted),
    );
    expect(await response.text()).toBe('success');
    expect(await inbox(`info_type = 'cancel_special_auth'`)).toMatchObject([{ flags: ['odd_timestamp'] }]);
    expect(await inbox(`flags <> '{}' AND info_type <> 'cancel_special_auth'`)).toEqual([]);
  });

  it('takes the JSON twin of an event', async () => {
    const encrypted = encrypt(JSON.stringify({ SuiteId: SUITE, InfoType: 'json_twin', TimeStamp: 1 }), SUITE);
    const body = JSON.stringify({ tousername: SUITE, encrypt: encrypted });
    const response = await post(`/callbacks/${SUITE}/command?${queryString(sign(encrypted, now()))}`, body);
    expect(await response.text()).toBe('success');
    expect(await inbox(`info_type = 'json_twin'`)).toHaveLength(1);
  });

  it('takes a replay of an old push as the same event again', async () => {
    const encrypted = encrypt(event('replayed'), SUITE);
    const path = `/callbacks/${SUITE}/command?${queryString(sign(encrypted, now()))}`;
    for (let time = 0; time < 3; time++) expect((await post(path, envelope(encrypted))).status).toBe(200);
    expect(await inbox(`info_type = 'replayed'`)).toMatchObject([{ seen: 3 }]);
  });
});

describe('the suite ticket', () => {
  it('is kept when pushed, newest first, and is nowhere in clear', async () => {
    const ticket = (value: string, time: number) =>
      push(
        `<xml><SuiteId>${SUITE}</SuiteId><InfoType>suite_ticket</InfoType><TimeStamp>${time}</TimeStamp><SuiteTicket>${value}</SuiteTicket></xml>`,
      );
    const seconds = Number(now());
    await ticket('canary-ticket-new', seconds + 5);
    await until(async () => (await inbox(`info_type = 'suite_ticket' AND state = 'pending'`)).length === 0);
    await ticket('canary-ticket-old', seconds + 1);
    await until(async () => (await inbox(`info_type = 'suite_ticket' AND reason = 'older_ticket'`)).length === 1);
    const [stored] = await rig.database.everything<{ ticket_time: string }>(
      'SELECT ticket_time FROM suite_tickets WHERE suite_id = $1',
      [SUITE],
    );
    expect(Number(stored?.ticket_time)).toBe(seconds + 5);
    const [{ dump } = { dump: '' }] = await rig.database.everything<{ dump: string }>(
      `SELECT string_agg(t::text, ' ') AS dump FROM callback_inbox t`,
    );
    expect(dump.length).toBeGreaterThan(1_000);
    expect(dump).not.toContain('canary-ticket');
    expect(dump).not.toContain(Buffer.from('canary-ticket').toString('hex'));
  });
});
