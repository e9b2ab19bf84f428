import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BodyLedgerRepository } from '../../src/modules/notices/body-ledger.repository.js';
import { IdempotencyRepository } from '../../src/modules/notices/idempotency.repository.js';
import { Database } from '../../src/modules/platform/database/database.js';
import { bootApp, type TestApp } from '../support/app.js';
import { type Answer, answerOf, CARD, OTHER_SUITE, type Stage, SUITE, setStage, textTo } from './stage.js';

const A = 'wwCorpA';
const B = 'wwCorpB';

let stage: Stage;
let second: TestApp;
let key: string;
let keyOfOtherSuite: string;

beforeAll(async () => {
  stage = await setStage();
  second = await bootApp({ databaseUrl: stage.database.url, simulatorUrl: 'http://127.0.0.1:9', role: 'api' });
  for (const corpId of [A, B]) await stage.authorize(corpId);
  await stage.authorize(A, { suiteId: OTHER_SUITE });
  key = await stage.key();
  keyOfOtherSuite = await stage.key({ suiteId: OTHER_SUITE });
});
afterAll(async () => {
  await second.close();
  await stage.close();
});

/** The same request through the other instance. */
async function postToSecond(corpId: string, body: unknown, idempotencyKey: string): Promise<Answer> {
  return answerOf(
    await second.app.inject({
      method: 'POST',
      url: `/v1/corps/${corpId}/notices`,
      headers: {
        authorization: `Bearer ${key}`,
        'idempotency-key': idempotencyKey,
        'content-type': 'application/json',
      },
      payload: JSON.stringify(body),
    }),
  );
}

const either = (n: number, corpId: string, body: unknown, idempotencyKey: string) =>
  n % 2 === 0 ? stage.post({ key, corpId, body, idempotencyKey }) : postToSecond(corpId, body, idempotencyKey);

async function countOf(table: string, where = 'true'): Promise<number> {
  const [row] = await stage.database.everything<{ n: number }>(
    `SELECT count(*)::int AS n FROM ${table} WHERE ${where}`,
  );
  return row?.n ?? -1;
}

function tally(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

describe('an idempotency key', () => {
  it('gives 200 identical requests on two instances one notice and one answer', async () => {
    const before = await countOf('notices');
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => either(n, A, textTo('race', 'once'), 'race-1')),
    );
    expect(tally(answers)).toEqual({ 202: 200 });
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect((await countOf('notices')) - before).toBe(1);
    expect(await countOf('deliveries', `notice_id = '${answers[0]?.body.id}'`)).toBe(1);
  });

  it('stands for the first of two different requests, whichever instance and batch they meet in', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => either(n, A, textTo(`reuse${n % 3}`, 'which'), 'reuse-1')),
    );
    const accepted = answers.filter(({ status }) => status === 202);
    expect(new Set(accepted.map(({ body }) => body.id)).size).toBe(1);
    expect(accepted).toHaveLength(20);
    for (const { body } of answers.filter(({ status }) => status !== 202))
      expect(body.code).toBe('idempotency_key_reused');
  });

  it('belongs to one corp and one suite: elsewhere the same key is another', async () => {
    const answers = await Promise.all([
      stage.post({ key, corpId: A, body: CARD, idempotencyKey: 'shared' }),
      stage.post({ key, corpId: B, body: CARD, idempotencyKey: 'shared' }),
      stage.post({ key: keyOfOtherSuite, corpId: A, body: CARD, idempotencyKey: 'shared' }),
    ]);
    expect(tally(answers)).toEqual({ 202: 3 });
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(3);
  });

  it('outlives the API key it was sent with', async () => {
    const first = await stage.post({ key, corpId: A, body: CARD, idempotencyKey: 'rotate' });
    const again = await stage.post({
      key: await stage.key({ corpId: A }),
      corpId: A,
      body: CARD,
      idempotencyKey: 'rotate',
    });
    expect(again.body).toEqual(first.body);
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  it('gives the first answer also when the order of keys differs, and when the notice has moved on', async () => {
    const first = await stage.post({
      key,
      corpId: A,
      body: textTo('moved', 'x', { agentid: 1 }),
      idempotencyKey: 'moved',
    });
    await stage.database.everything(
      `UPDATE deliveries SET state = 'rejected', settled_at = now() WHERE notice_id = $1`,
      [first.body.id],
    );
    const reordered = { agentid: 1, text: { content: 'x' }, msgtype: 'text', touser: 'moved' };
    const again = await stage.post({ key, corpId: A, body: reordered, idempotencyKey: 'moved' });
    expect(again).toMatchObject({ status: 202, body: first.body });
  });

  it('gives the first answer also when the same request would be refused today', async () => {
    await stage.authorize('wwLeaving');
    const first = await stage.post({ key, corpId: 'wwLeaving', body: CARD, idempotencyKey: 'leaving' });
    await stage.database.everything(`UPDATE authorizations SET state = 'cancelled' WHERE corp_id = 'wwLeaving'`);
    // The other instance has not seen the corp yet, so it reads the cancellation.
    expect(await postToSecond('wwLeaving', CARD, 'leaving')).toMatchObject({
      status: 202,
      body: { id: first.body.id },
    });
    expect(await postToSecond('wwLeaving', CARD, 'another')).toMatchObject({ status: 410 });
  });
});

describe('200 requests at once', () => {
  it('share transactions, and no conflict of one is felt by another', async () => {
    await stage.post({ key, corpId: A, body: textTo('taken', 'taken'), idempotencyKey: 'mixed-taken' });
    const requests = Array.from({ length: 200 }, (_, n) => {
      const corpId = n % 2 === 0 ? A : B;
      // Every tenth reuses a key for something else; every seventh is equal to its neighbours; the rest are their own.
      if (n % 10 === 0)
        return { corpId: A, body: textTo('other', `${n}`), idempotencyKey: 'mixed-taken', expected: 422 };
      if (n % 7 === 0)
        return { corpId, body: textTo('same', 'same text'), idempotencyKey: `mixed-same-${n}`, expected: 202 };
      return { corpId, body: { ...CARD, touser: `member${n}` }, idempotencyKey: `mixed-${n}`, expected: 202 };
    });
    const answers = await Promise.all(
      requests.map(({ corpId, body, idempotencyKey }, n) => either(n, corpId, body, idempotencyKey)),
    );
    expect(answers.map(({ status }) => status)).toEqual(requests.map(({ expected }) => expected));
    for (const [n, answer] of answers.entries()) {
      if (answer.status !== 202) continue;
      const { body } = await stage.get(key, `/v1/notices/${answer.body.id}`);
      expect(body).toMatchObject({ corp_id: requests[n]?.corpId, state: answer.body.state });
    }
    const same = answers.filter((_, n) => n % 7 === 0 && n % 10 !== 0);
    for (const corpId of [A, B]) {
      const ofCorp = same.filter(
        (_, index) => requests.filter((__, n) => n % 7 === 0 && n % 10 !== 0)[index]?.corpId === corpId,
      );
      expect(ofCorp.filter(({ body }) => body.state === 'queued')).toHaveLength(1);
    }
  });
});

describe('two equal texts', () => {
  const send = (content: string, options: object = {}) =>
    stage.post({ key, corpId: A, body: textTo('dup', content, { options }) });

  it('within four hours are one for WeCom, so the second says whose duplicate it is and is not sent', async () => {
    const first = await send('equal');
    const again = await send('equal');
    expect(first).toMatchObject({ status: 202, body: { state: 'queued' } });
    expect(again).toMatchObject({ status: 202, body: { state: 'suppressed', duplicate_of: first.body.id } });
    expect(await stage.get(key, `/v1/notices/${again.body.id}`)).toMatchObject({
      body: { state: 'suppressed', outcome: { suppressed: 1 }, duplicate_of: first.body.id },
    });
  });

  it('may both arrive if asked for: then without the check, and at most once', async () => {
    const first = await send('twice');
    const again = await send('twice', { on_duplicate: 'allow' });
    expect(again).toMatchObject({ status: 202, body: { state: 'queued', duplicate_of: first.body.id } });
    const [row] = await stage.database.everything<{ policy: string; body: Buffer }>(
      'SELECT policy, body FROM deliveries WHERE notice_id = $1',
      [again.body.id],
    );
    expect(row?.policy).toBe('at_most_once');
    expect(JSON.parse(String(row?.body))).toEqual({
      agentid: 1000002,
      msgtype: 'text',
      text: { content: 'twice' },
      touser: 'dup',
    });
  });

  it("do not stand in each other's way when the first was refused or never sent", async () => {
    for (const state of ['rejected', 'expired']) {
      const first = await send(`was ${state}`);
      await stage.database.everything(`UPDATE deliveries SET state = $2, settled_at = now() WHERE notice_id = $1`, [
        first.body.id,
        state,
      ]);
      const again = await send(`was ${state}`);
      expect(again.body).toMatchObject({ state: 'queued' });
      expect(again.body.duplicate_of).toBeUndefined();
      expect(await send(`was ${state}`)).toMatchObject({ body: { state: 'suppressed', duplicate_of: again.body.id } });
    }
  });

  it('are one as long as the first may have arrived, and no longer than WeCom remembers', async () => {
    const first = await send('maybe');
    await stage.database.everything(
      `UPDATE deliveries SET state = 'unknown', settled_at = now() WHERE notice_id = $1`,
      [first.body.id],
    );
    expect(await send('maybe')).toMatchObject({ body: { state: 'suppressed' } });
    await stage.database.everything(
      `UPDATE deliveries SET settled_at = now() - interval '14401 seconds' WHERE notice_id = $1`,
      [first.body.id],
    );
    expect(await send('maybe')).toMatchObject({ body: { state: 'queued' } });
  });

  it('are one however long the first waits to be sent', async () => {
    const first = await send('waiting');
    await stage.database.everything(
      `UPDATE body_ledger SET first_at = now() - interval '20 hours' WHERE notice_id = $1`,
      [first.body.id],
    );
    expect(await send('waiting')).toMatchObject({ body: { state: 'suppressed', duplicate_of: first.body.id } });
  });

  it('are two for two corps, and for cards, whose page tells them apart', async () => {
    await send('per corp');
    expect(await stage.post({ key, corpId: B, body: textTo('dup', 'per corp') })).toMatchObject({
      body: { state: 'queued' },
    });
    const cards = await Promise.all([1, 2].map(() => stage.post({ key, corpId: A, body: CARD })));
    expect(cards.map(({ body }) => body.state)).toEqual(['queued', 'queued']);
  });

  it('at once on two instances are one queued and the rest its duplicates', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => either(n, B, textTo('dup', 'at once'), `at-once-${n}`)),
    );
    const queued = answers.filter(({ body }) => body.state === 'queued');
    expect(queued).toHaveLength(1);
    const duplicates = answers.filter(({ body }) => body.state === 'suppressed');
    expect(duplicates.map(({ body }) => body.duplicate_of)).toEqual(Array(39).fill(queued[0]?.body.id));
  });

  it('that take over the place of a refused one at once are still one', async () => {
    const refused = await stage.post({ key, corpId: B, body: textTo('dup', 'take over') });
    await stage.database.everything(
      `UPDATE deliveries SET state = 'rejected', settled_at = now() WHERE notice_id = $1`,
      [refused.body.id],
    );
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => either(n, B, textTo('dup', 'take over'), `take-${n}`)),
    );
    expect(answers.filter(({ body }) => body.state === 'queued')).toHaveLength(1);
  });

  it('suppress call by call: a second notice with more members sends what is new', async () => {
    const members = Array.from({ length: 1200 }, (_, n) => `split${n}`);
    const first = await stage.post({ key, corpId: A, body: textTo(members.slice(0, 1000).join('|'), 'split') });
    const more = await stage.post({ key, corpId: A, body: textTo(members.join('|'), 'split') });
    expect(more.body).toMatchObject({ state: 'queued', deliveries: 2, duplicate_of: first.body.id });
    const { body } = await stage.get(key, `/v1/notices/${more.body.id}`);
    expect(body.outcome).toEqual({ suppressed: 1000, pending: 200 });
  });
});

describe('what is stored', () => {
  it('is seen by its own corp only', async () => {
    const database = stage.app.get(Database);
    for (const table of ['notices', 'idempotency_keys', 'body_ledger']) {
      const corps = await database.asCorp(B, (tx) =>
        tx.rows<{ corp_id: string }>(`SELECT DISTINCT corp_id FROM ${table}`),
      );
      expect(corps).toEqual([{ corp_id: B }]);
      expect(await database.rows(`SELECT 1 FROM ${table}`)).toEqual([]);
    }
  });

  it('has a lane to be sent from', async () => {
    await stage.post({ key, corpId: A, body: textTo('lane', 'bulk', { options: { priority: 'bulk' } }) });
    const lanes = await stage.database.everything<{ lane: string }>(
      `SELECT lane FROM lanes WHERE corp_id = $1 AND suite_id = $2 ORDER BY lane`,
      [A, SUITE],
    );
    expect(lanes).toEqual([{ lane: 'bulk' }, { lane: 'interactive' }]);
  });

  it('is forgotten when its time is over, a little at a time, and not before', async () => {
    const database = stage.app.get(Database);
    const keys = stage.app.get(IdempotencyRepository);
    const ledger = stage.app.get(BodyLedgerRepository);
    await stage.database.everything(
      `UPDATE idempotency_keys SET expires_at = now() - interval '1 s' WHERE key LIKE 'at-once-%'`,
    );
    await stage.database.everything(
      `UPDATE body_ledger SET expires_at = now() - interval '1 s' WHERE corp_id = '${B}'`,
    );
    const kept = await countOf('idempotency_keys', `expires_at > now()`);
    expect(await database.asWorker((tx) => keys.purge(tx, 25))).toBe(25);
    expect(await database.asWorker((tx) => keys.purge(tx, 25))).toBe(15);
    expect(await countOf('idempotency_keys')).toBe(kept);
    await database.asWorker((tx) => ledger.purge(tx, 1000));
    expect(await countOf('body_ledger', `corp_id = '${B}'`)).toBe(0);
    expect(await countOf('body_ledger', `corp_id = '${A}'`)).toBeGreaterThan(0);
  });
});
