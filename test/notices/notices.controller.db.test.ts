import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { API_KEY_SCOPES } from '../../src/modules/platform/access/api-key.types.js';
import { ApiKeysService } from '../../src/modules/platform/access/api-keys.service.js';
import { until } from '../support/until.js';
import { type Answer, answerOf, CARD, OTHER_SUITE, type Stage, SUITE, setStage, textTo } from './stage.js';

const A = 'wwCorpA';
const B = 'wwCorpB';
const ELSEWHERE = 'wwCorpElsewhere';

let stage: Stage;
let key: string;
let keyOfA: string;
let keyOfB: string;
let keyOfOtherSuite: string;

beforeAll(async () => {
  stage = await setStage();
  await stage.authorize(A);
  await stage.authorize(B);
  await stage.authorize(ELSEWHERE, { suiteId: OTHER_SUITE });
  key = await stage.key();
  keyOfA = await stage.key({ corpId: A });
  keyOfB = await stage.key({ corpId: B });
  keyOfOtherSuite = await stage.key({ suiteId: OTHER_SUITE });
});
afterAll(() => stage.close());

/** An answer without what differs from request to request. */
const comparable = ({ status, body }: Answer) => ({ status, body: { ...body, request_id: '' } });

async function raw(options: {
  headers?: Record<string, string>;
  payload?: string;
  url?: string;
  method?: 'POST' | 'GET' | 'PUT';
}) {
  const { method = 'POST', url = `/v1/corps/${A}/notices`, headers = {}, payload } = options;
  return answerOf(await stage.app.inject({ method, url, headers, payload }));
}

describe('a caller', () => {
  it('without a key is told to send one', async () => {
    const answer = await raw({ headers: { 'content-type': 'application/json' }, payload: '{}' });
    expect(answer).toMatchObject({ status: 401, body: { code: 'api_key_missing' } });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'www-authenticate': 'Bearer',
    });
    expect(answer.headers['x-request-id']).toBe(answer.body.request_id);
  });

  it.each([
    ['another scheme', 'Basic abc', 'api_key_malformed'],
    ['a bare word', 'Bearer letmein', 'api_key_malformed'],
    ['two keys', 'Bearer a b', 'api_key_malformed'],
    ['a key with a typo', '', 'api_key_malformed'],
    ['a key nobody made', 'Bearer unknown', 'api_key_unknown'],
  ])('with %s is refused', async (name, header, code) => {
    const { makeApiKey } = await import('../../src/modules/platform/access/api-key-format.js');
    const authorization =
      name === 'a key with a typo'
        ? `Bearer ${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`
        : header.replace('unknown', makeApiKey().key.reveal());
    expect(await raw({ headers: { authorization } })).toMatchObject({ status: 401, body: { code } });
  });

  it('with the id of a key and other random characters is unknown, not told that the id exists', async () => {
    const { crc32 } = await import('node:zlib');
    const body = `${key.slice(0, 17)}${'x'.repeat(43)}`;
    let rest = crc32(body);
    let checksum = '';
    for (let n = 0; n < 6; n++) {
      checksum = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.charAt(rest % 62) + checksum;
      rest = Math.floor(rest / 62);
    }
    expect(await stage.get(body + checksum, '/v1/notices/x')).toMatchObject({
      status: 401,
      body: { code: 'api_key_unknown' },
    });
  });

  it.each(API_KEY_SCOPES)('with the scope %s alone may do that and not the other', async (scope) => {
    const narrow = await stage.key({ scopes: [scope] });
    const sent = await stage.post({ key: narrow, corpId: A, body: CARD });
    const read = await stage.get(narrow, `/v1/corps/${A}/notices`);
    const refusal = { status: 403, body: { code: 'api_key_scope_missing' } };
    expect(sent).toMatchObject(scope === 'notice:send' ? { status: 202 } : refusal);
    expect(read).toMatchObject(scope === 'notice:read' ? { status: 200 } : refusal);
  });

  it('from a network that the key does not name is refused', async () => {
    const elsewhere = await stage.key({ cidrs: ['10.0.0.0/8'] });
    const here = await stage.key({ cidrs: ['10.0.0.0/8', '127.0.0.0/8'] });
    expect(await stage.get(elsewhere, `/v1/corps/${A}/notices`)).toMatchObject({
      status: 403,
      body: { code: 'api_key_network_refused' },
    });
    expect(await stage.get(here, `/v1/corps/${A}/notices`)).toMatchObject({ status: 200 });
  });

  it('with an expired key is told so', async () => {
    const expired = await stage.key();
    await stage.database.db.count(`UPDATE api_keys SET expires_at = now() WHERE id = $1`, [expired.slice(8, 16)]);
    expect(await stage.get(expired, `/v1/corps/${A}/notices`)).toMatchObject({
      status: 401,
      body: { code: 'api_key_expired' },
    });
  });

  it('with a revoked key is refused on an instance that has just served it', async () => {
    const doomed = await stage.key();
    expect(await stage.get(doomed, `/v1/corps/${A}/notices`)).toMatchObject({ status: 200 });
    await stage.app.get(ApiKeysService).revoke(doomed.slice(8, 16));
    const refused = await until(async () => {
      const answer = await stage.get(doomed, `/v1/corps/${A}/notices`);
      return answer.status === 200 ? undefined : answer;
    });
    expect(refused).toMatchObject({ status: 401, body: { code: 'api_key_revoked' } });
  });

  it('leaves the hour of its last use', async () => {
    const used = await stage.key();
    await stage.get(used, `/v1/corps/${A}/notices`);
    const seen = await until(async () => {
      const keys = await stage.app.get(ApiKeysService).list({ suiteId: SUITE });
      return keys.find(({ id }) => id === used.slice(8, 16))?.lastUsedAt;
    });
    expect(seen.getTime() % 3_600_000).toBe(0);
  });
});

describe('the key itself', () => {
  it('is not in the database, nor in any list', async () => {
    const rows = await stage.database.everything<{ row: string }>('SELECT api_keys::text AS row FROM api_keys');
    const dump = rows.map(({ row }) => row).join('\n');
    expect(dump).toContain(key.slice(8, 16));
    expect(dump).not.toContain(key.slice(17));
    expect(JSON.stringify(await stage.app.get(ApiKeysService).list())).not.toContain(key.slice(17));
  });

  it.each([
    ['an unknown suite', { suiteId: 'dk-nobody' }],
    ['no scope', { scopes: [] }],
    ['an unknown scope', { scopes: ['admin'] as never }],
    ['a network that is none', { cidrs: ['10.0.0.0/40'] }],
    ['no name', { name: ' ' }],
    ['no time to live', { expiresInSeconds: 0 }],
  ])('cannot be made with %s', async (_, request) => {
    await expect(stage.key(request)).rejects.toMatchObject({ code: 'api_key_request_refused', status: 422 });
  });

  it('cannot be revoked when it is not there', async () => {
    await expect(stage.app.get(ApiKeysService).revoke('nosuchid')).rejects.toMatchObject({ status: 404 });
  });
});

describe('a corp', () => {
  it('that belongs to others cannot be told from one that does not exist', async () => {
    const sent = await stage.post({ key, corpId: ELSEWHERE, body: CARD });
    expect(comparable(sent)).toEqual(comparable(await stage.post({ key, corpId: 'wwNobody', body: CARD })));
    expect(comparable(sent)).toEqual(comparable(await stage.post({ key: keyOfA, corpId: B, body: CARD })));
    expect(comparable(sent)).toEqual(comparable(await stage.post({ key, corpId: "ww'; DROP TABLE--", body: CARD })));
    expect(sent).toMatchObject({ status: 404, body: { code: 'corp_not_found' } });

    const listed = await stage.get(keyOfA, `/v1/corps/${B}/notices`);
    expect(comparable(listed)).toEqual(comparable(await stage.get(keyOfA, '/v1/corps/wwNobody/notices')));
    expect(comparable(listed)).toEqual(comparable(await stage.get(keyOfOtherSuite, `/v1/corps/${A}/notices`)));
  });

  it('in another case is another corp', async () => {
    expect(await stage.post({ key, corpId: A.toUpperCase(), body: CARD })).toMatchObject({ status: 404 });
  });

  it.each([
    ['cancelled', 410, 'authorization_cancelled'],
    ['pending', 409, 'authorization_pending'],
  ])('whose authorization is %s is refused with a word of its own', async (state, status, code) => {
    await stage.authorize(`ww-${state}`, { state });
    expect(await stage.post({ key, corpId: `ww-${state}`, body: CARD })).toMatchObject({ status, body: { code } });
  });

  it.each(['restricted', 'disabled', 'inactive', 'needs_reauthorization'])(
    'whose authorization is %s may mend in time: accepted, with a warning',
    async (state) => {
      await stage.authorize(`ww-${state}`, { state });
      expect(await stage.post({ key, corpId: `ww-${state}`, body: CARD })).toMatchObject({
        status: 202,
        body: { state: 'queued', warnings: [{ field: 'corp', rule: `authorization_${state}` }] },
      });
    },
  );

  it('without a known agent id gets cards, which do not need it, and no texts', async () => {
    await stage.authorize('ww-no-agent', { agentId: null });
    expect(await stage.post({ key, corpId: 'ww-no-agent', body: CARD })).toMatchObject({ status: 202 });
    expect(await stage.post({ key, corpId: 'ww-no-agent', body: textTo('a') })).toMatchObject({
      status: 409,
      body: { code: 'agent_unknown' },
    });
  });
});

describe('a request', () => {
  const headers = () => ({
    authorization: `Bearer ${key}`,
    'idempotency-key': 'k',
    'content-type': 'application/json',
  });

  it('that is no JSON is refused with the place and none of its text', async () => {
    const answer = await raw({ headers: headers(), payload: '{"touser": "secret-member",\n "msgtype" "text"}' });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'malformed_json', detail: 'Expected : at line 2, column 12.' },
    });
    expect(JSON.stringify(answer.body)).not.toContain('secret-member');
  });

  it.each([
    ['an empty body', '', 400, 'malformed_json'],
    ['a body that pollutes prototypes', '{"__proto__":{"a":1}}', 400, 'malformed_json'],
    ['a body of more than 1 MiB', `"${'x'.repeat(1_100_000)}"`, 413, 'body_too_large'],
    [
      'a body nested to exhaust the stack',
      `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      422,
      'validation_failed',
    ],
    ['a JSON text that is no object', '"text"', 422, 'validation_failed'],
  ])('with %s is refused', async (_, payload, status, code) => {
    expect(await raw({ headers: headers(), payload })).toMatchObject({ status, body: { code } });
  });

  it('that is not UTF-8 is refused', async () => {
    const payload = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const answer = answerOf(
      await stage.app.inject({ method: 'POST', url: `/v1/corps/${A}/notices`, headers: headers(), payload }),
    );
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed_json', detail: 'The body is not UTF-8.' } });
  });

  it('in another content type is refused', async () => {
    expect(await raw({ headers: { ...headers(), 'content-type': 'text/csv' }, payload: 'a,b' })).toMatchObject({
      status: 415,
      body: { code: 'unsupported_media_type' },
    });
  });

  it('to a route that is not there does not see its address again', async () => {
    const answer = await raw({ method: 'GET', url: '/v1/secret-route', headers: headers() });
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(JSON.stringify(answer.body)).not.toContain('secret-route');
  });

  it('without an idempotency key is told what to send', async () => {
    const { 'idempotency-key': _, ...without } = headers();
    expect(await raw({ headers: without, payload: JSON.stringify(CARD) })).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_missing', errors: [{ field: 'Idempotency-Key', rule: 'required' }] },
    });
  });

  it.each(['x'.repeat(129), 'with blank', 'ключ', 'tab\tinside'])(
    'with the idempotency key %j is refused',
    async (idempotencyKey) => {
      expect(await stage.post({ key, corpId: A, body: CARD, idempotencyKey })).toMatchObject({
        status: 400,
        body: { code: 'idempotency_key_invalid' },
      });
    },
  );

  it('with bad fields names all of them, and stores nothing', async () => {
    const body = {
      touser: '@all',
      msgtype: 'miniprogram_notice',
      miniprogram_notice: { title: '通知', page: '/x' },
      extra: 1,
    };
    const answer = await stage.post({ key, corpId: A, body, idempotencyKey: 'bad-then-good' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed', title: expect.any(String) } });
    expect(answer.body.errors.map(({ field }) => field).sort()).toEqual([
      'extra',
      'miniprogram_notice.page',
      'miniprogram_notice.title',
      'touser',
    ]);
    expect(await stage.post({ key, corpId: A, body: CARD, idempotencyKey: 'bad-then-good' })).toMatchObject({
      status: 202,
    });
  });

  it.each([
    ['in the past', -60],
    ['eight days ahead', 8 * 86_400],
  ])('with an expiry %s is refused', async (_, seconds) => {
    const expires_at = new Date(Date.now() + seconds * 1000).toISOString();
    expect(await stage.post({ key, corpId: A, body: textTo('a', 'late', { options: { expires_at } }) })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'options.expires_at', rule: 'near_future' }] },
    });
  });
});

describe('a notice', () => {
  it('is accepted with an address where its outcome can be read', async () => {
    const sent = await stage.post({ key, corpId: A, body: { ...CARD, touser: 'a|b|a', toparty: '2' } });
    expect(sent).toMatchObject({ status: 202, body: { state: 'queued', deliveries: 1, recipients: 3 } });
    expect(sent.headers.location).toBe(`/v1/notices/${sent.body.id}`);
    const expected = {
      status: 200,
      body: {
        id: sent.body.id,
        corp_id: A,
        suite_id: SUITE,
        msgtype: 'miniprogram_notice',
        state: 'queued',
        priority: 'interactive',
        policy: 'at_least_once',
        outcome: { pending: 3 },
        deliveries: [
          {
            ordinal: 0,
            state: 'ready',
            attempts: 0,
            recipients: [
              { kind: 'user', id: 'a', state: 'pending' },
              { kind: 'user', id: 'b', state: 'pending' },
              { kind: 'party', id: '2', state: 'pending' },
            ],
          },
        ],
      },
    };
    expect(await stage.get(key, String(sent.headers.location))).toMatchObject(expected);
    expect(await stage.get(keyOfA, String(sent.headers.location))).toMatchObject(expected);
    expect(await stage.get(key, `/v1/corps/${A}/notices/${sent.body.id}`)).toMatchObject(expected);
  });

  it('of others cannot be told from one that does not exist', async () => {
    const { body } = await stage.post({ key, corpId: A, body: CARD });
    const missing = comparable(await stage.get(key, '/v1/notices/0198f0e0-0000-7000-8000-000000000000'));
    expect(missing).toMatchObject({ status: 404, body: { code: 'notice_not_found' } });
    expect(comparable(await stage.get(keyOfB, `/v1/notices/${body.id}`))).toEqual(missing);
    expect(comparable(await stage.get(keyOfOtherSuite, `/v1/notices/${body.id}`))).toEqual(missing);
    expect(comparable(await stage.get(key, '/v1/notices/not-a-uuid'))).toEqual(missing);
    expect(comparable(await stage.get(key, `/v1/corps/${B}/notices/${body.id}`))).toEqual(missing);
  });

  it('has the options it was sent with', async () => {
    const options = { policy: 'at_most_once', priority: 'bulk', expires_in_seconds: 3600 };
    const sent = await stage.post({ key, corpId: A, body: textTo('a', 'options', { options }) });
    const { body } = await stage.get(key, `/v1/notices/${sent.body.id}`);
    expect(body).toMatchObject({ policy: 'at_most_once', priority: 'bulk' });
    expect(Date.parse(String(body.expires_at)) - Date.parse(String(body.created_at))).toBe(3_600_000);
  });

  it('keeps its warnings, and says how a lenient suite read it', async () => {
    const body = {
      touser: 'a',
      msgtype: 'miniprogram_notice',
      agentid: 1,
      miniprogram_notice: { title: 'Contract #4711 ready' },
    };
    const sent = await stage.post({ key: keyOfOtherSuite, corpId: ELSEWHERE, body });
    const warnings = [{ rule: 'ignored' }, { field: 'miniprogram_notice.title', rule: 'han_length' }];
    expect(sent).toMatchObject({ status: 202, body: { warnings } });
    expect(await stage.get(keyOfOtherSuite, `/v1/notices/${sent.body.id}`)).toMatchObject({ body: { warnings } });
  });

  it('to 2500 members is three calls whose recipients add up', async () => {
    const touser = Array.from({ length: 2500 }, (_, n) => `member${n}`);
    const sent = await stage.post({ key, corpId: A, body: { ...CARD, touser } });
    expect(sent).toMatchObject({ status: 202, body: { deliveries: 3, recipients: 2500 } });
    const { body } = await stage.get(key, `/v1/notices/${sent.body.id}`);
    expect(body).toMatchObject({
      outcome: { pending: 2500 },
      deliveries: [{ ordinal: 0 }, { ordinal: 1 }, { ordinal: 2 }],
    });
  });
});

describe('the documentation', () => {
  it('has an example of every message type, and each is accepted as it stands', async () => {
    const { body } = answerOf(await stage.app.inject({ method: 'GET', url: '/openapi.json' }));
    const { paths, components } = body as unknown as {
      paths: Record<
        string,
        { post: { requestBody: { content: Record<string, { examples: object; schema: { oneOf: object[] } }> } } }
      >;
      components: { schemas: Record<string, unknown> };
    };
    const content = paths['/v1/corps/{corpId}/notices']?.post.requestBody.content['application/json'];
    const examples = Object.entries(content?.examples ?? {});
    expect(examples.map(([msgtype]) => msgtype)).toEqual(['miniprogram_notice', 'text']);
    expect(content?.schema.oneOf).toHaveLength(examples.length);
    for (const [, { value }] of examples)
      expect(await stage.post({ key, corpId: A, body: value })).toMatchObject({ status: 202 });

    const named = JSON.stringify(body).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
    for (const [, schema = ''] of named) expect(Object.keys(components.schemas)).toContain(schema);
  });
});

describe('the list of notices', () => {
  const LISTED = 'wwListed';

  beforeAll(async () => {
    await stage.authorize(LISTED);
    for (let n = 0; n < 7; n++) await stage.post({ key, corpId: LISTED, body: n % 2 ? CARD : textTo('a', `n${n}`) });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=1.5', 'limit'],
    ['msgtype=taskcard', 'msgtype'],
    ['state=lost', 'state'],
    ['order=asc', 'order'],
  ])('refuses %s and names the parameter', async (query, field) => {
    const answer = await stage.get(key, `/v1/corps/${LISTED}/notices?${query}`);
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    expect(answer.body.errors[0]?.field).toBe(field);
  });

  it('refuses a cursor that was made up, changed, or given for another list', async () => {
    const page = await stage.get(key, `/v1/corps/${LISTED}/notices?limit=2`);
    const cursor = String(page.body.next_cursor);
    const refusal = { status: 400, body: { code: 'cursor_invalid' } };
    for (const url of [
      `/v1/corps/${LISTED}/notices?cursor=AAAA`,
      `/v1/corps/${LISTED}/notices?cursor=${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`,
      `/v1/corps/${LISTED}/notices?cursor=${cursor}&msgtype=text`,
      `/v1/corps/${A}/notices?cursor=${cursor}`,
    ]) {
      expect(await stage.get(key, url)).toMatchObject(refusal);
    }
  });

  it('is read page by page, newest first, nothing twice and nothing left out', async () => {
    const seen: string[] = [];
    let cursor: unknown;
    do {
      const url = `/v1/corps/${LISTED}/notices?limit=3${cursor ? `&cursor=${cursor}` : ''}`;
      const { body } = await stage.get(key, url);
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.next_cursor;
    } while (cursor);
    expect(seen).toHaveLength(7);
    expect(seen).toEqual([...new Set(seen)].toSorted().toReversed());
  });

  it('can be narrowed by message type and state', async () => {
    const cards = await stage.get(key, `/v1/corps/${LISTED}/notices?msgtype=miniprogram_notice`);
    expect(cards.body.items.map(({ msgtype }) => msgtype)).toEqual(Array(3).fill('miniprogram_notice'));
    const queued = await stage.get(key, `/v1/corps/${LISTED}/notices?state=queued&limit=5`);
    expect(queued.body.items).toHaveLength(5);
    const rest = await stage.get(
      key,
      `/v1/corps/${LISTED}/notices?state=queued&limit=5&cursor=${queued.body.next_cursor}`,
    );
    expect(rest.body.items).toHaveLength(2);
    expect(rest.body.next_cursor).toBeUndefined();
    expect((await stage.get(key, `/v1/corps/${LISTED}/notices?state=rejected`)).body.items).toEqual([]);
  });

  it('holds nothing of other corps or other suites', async () => {
    await stage.authorize(LISTED, { suiteId: OTHER_SUITE });
    expect((await stage.get(keyOfOtherSuite, `/v1/corps/${LISTED}/notices`)).body.items).toEqual([]);
  });
});
