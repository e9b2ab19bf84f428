import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { contractNotice, createWorld, members, recipientsOf, SUITE, type World } from '../support/world.js';

const SEND = 'message/send';

describe('what becomes of a notice', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld();
    await world.install({
      corpId: 'wpOutcomes01',
      name: 'Outcomes',
      members: [...members('woAnna', 'woBert'), { userId: 'woUnlicensed', licensed: false }],
    });
    await world.install({ corpId: 'wpNeighbour01', name: 'Neighbour', members: members('woNils') });
  });
  afterEach(() => world.control.clearFaults());
  afterAll(() => world.close());

  const sendCalls = async (corpId: string) => (await world.control.ledger({ path: SEND, corpId, limit: 1000 })).entries;

  it('is rejected for everybody when nobody can be reached, and never repeated', async () => {
    const before = (await sendCalls('wpOutcomes01')).length;
    const notice = await world.settled(await world.accept('wpOutcomes01', contractNotice('woNobody|woNils')));
    expect(notice).toMatchObject({ state: 'rejected', deliveries: [{ errcode: 81013, attempts: 1 }] });
    expect(recipientsOf(notice)).toEqual([
      { kind: 'user', id: 'woNobody', state: 'invalid' },
      { kind: 'user', id: 'woNils', state: 'invalid' },
    ]);
    expect(await sendCalls('wpOutcomes01')).toHaveLength(before + 1);
    expect(await world.control.inbox('wpNeighbour01', 'woNils')).toEqual([]);
  });

  it('is partial, with the outcome of each recipient, when WeCom names some', async () => {
    const notice = await world.settled(
      await world.accept('wpOutcomes01', contractNotice('woAnna|woStranger|woUnlicensed|woBert')),
    );
    expect(notice.state).toBe('partial');
    expect(recipientsOf(notice).map(({ id, state }) => [id, state])).toEqual([
      ['woAnna', 'accepted'],
      ['woStranger', 'invalid'],
      ['woUnlicensed', 'unlicensed'],
      ['woBert', 'accepted'],
    ]);
  });

  it('reaches a member once when WeCom took it and the connection died, under the duplicate check', async () => {
    const before = (await world.control.inbox('wpOutcomes01', 'woAnna')).length;
    await world.control.addFault({ kind: 'drop-after', path: SEND, times: 1 });
    const notice = await world.settled(await world.accept('wpOutcomes01', contractNotice('woAnna', '断线重发')));
    expect(notice).toMatchObject({ state: 'accepted', deliveries: [{ attempts: 2 }] });
    expect(await world.control.inbox('wpOutcomes01', 'woAnna')).toHaveLength(before + 1);
    const calls = (await sendCalls('wpOutcomes01')).slice(0, 1000);
    const [last, repeat] = [calls.at(-2), calls.at(-1)];
    expect(repeat?.bodySha256).toBe(last?.bodySha256);
    expect(repeat?.swallowed).toBe(true);
  });

  it('stays unknown, and is not repeated, when it may go out at most once and the answer is lost', async () => {
    const before = (await sendCalls('wpOutcomes01')).length;
    await world.control.addFault({ kind: 'drop-after', path: SEND, times: 1 });
    const notice = await world.settled(
      await world.accept('wpOutcomes01', {
        ...contractNotice('woAnna', '一次性口令'),
        options: { policy: 'at_most_once' },
      }),
    );
    expect(notice).toMatchObject({ state: 'unknown', deliveries: [{ attempts: 1 }] });
    expect(recipientsOf(notice)).toEqual([{ kind: 'user', id: 'woAnna', state: 'unknown' }]);
    expect(await sendCalls('wpOutcomes01')).toHaveLength(before + 1);
  });

  it('is repeated on a gateway page, on half an answer and on -1, with the same bytes', async () => {
    await world.control.addFault({ kind: 'bad-gateway', path: SEND, times: 1 });
    const first = await world.settled(await world.accept('wpOutcomes01', contractNotice('woAnna', '网关')));
    await world.control.addFault({ kind: 'truncated-json', path: SEND, times: 1 });
    const second = await world.settled(await world.accept('wpOutcomes01', contractNotice('woAnna', '半截')));
    await world.control.addFault({ kind: 'errcode', errcode: -1, path: SEND, times: 1 });
    const third = await world.settled(await world.accept('wpOutcomes01', contractNotice('woAnna', '忙')));
    for (const notice of [first, second, third])
      expect(notice).toMatchObject({ state: 'accepted', deliveries: [{ attempts: 2 }] });
  });

  it('refreshes a token that WeCom refuses once, and repeats the call once', async () => {
    const fetches = async () =>
      (await world.control.ledger({ path: 'service/get_corp_token', corpId: 'wpOutcomes01' })).entries.length;
    const before = await fetches();
    await world.control.invalidateTokens({ kind: 'corp', corpId: 'wpOutcomes01' });
    const notice = await world.settled(await world.accept('wpOutcomes01', contractNotice('woAnna', '换令牌')));
    expect(notice).toMatchObject({ state: 'accepted', deliveries: [{ attempts: 1 }] });
    expect(await fetches()).toBe(before + 1);
  });

  it('holds the lane on 45009 without burning an attempt, while other corps go on', async () => {
    await world.control.addFault({ kind: 'errcode', errcode: 45009, path: SEND, corpId: 'wpOutcomes01', times: 1 });
    const held = await world.accept('wpOutcomes01', contractNotice('woAnna', '限频'));
    const lane = await until(async () => {
      const [row] = await world.database.everything(
        `SELECT hold_errcode, hold_end, held_until - held_at AS window FROM lanes WHERE corp_id = 'wpOutcomes01' AND held_until > now()`,
      );
      return row;
    }, 'the lane to be held');
    expect(lane).toMatchObject({ hold_errcode: 45009, hold_end: 'window_passed', window: { minutes: 1, seconds: 10 } });
    expect(await world.settled(await world.accept('wpNeighbour01', contractNotice('woNils')))).toMatchObject({
      state: 'accepted',
    });
    expect(await world.notice(held)).toMatchObject({ state: 'queued', deliveries: [{ attempts: 0 }] });
    // The window passes.
    await world.database.everything(`UPDATE lanes SET held_until = now() WHERE corp_id = 'wpOutcomes01'`);
    expect(await world.settled(held)).toMatchObject({ state: 'accepted', deliveries: [{ attempts: 1 }] });
  });

  it('pauses every corp of the suite on 60020', async () => {
    await world.control.addFault({ kind: 'errcode', errcode: 60020, path: SEND, corpId: 'wpOutcomes01', times: 1 });
    const held = await world.accept('wpOutcomes01', contractNotice('woAnna', '白名单'));
    await until(async () => {
      const rows = await world.database.everything(
        'SELECT 1 FROM lanes WHERE held_until > now() AND hold_errcode = 60020',
      );
      return rows.length >= 2;
    }, 'all lanes of the suite to be held');
    await world.database.everything('UPDATE lanes SET held_until = now()');
    expect(await world.settled(held)).toMatchObject({ state: 'accepted' });
  });

  it('waits for the admin who switched the app off, and goes out when he switches it on', async () => {
    await world.control.change(SUITE.suiteId, 'wpOutcomes01', { disabled: true, push: false });
    const held = await world.accept('wpOutcomes01', contractNotice('woAnna', '停用'));
    await until(
      async () =>
        (await world.database.everything(`SELECT 1 FROM lanes WHERE hold_errcode = 50003 AND held_until > now()`))
          .length,
      'the hold',
    );
    await world.control.change(SUITE.suiteId, 'wpOutcomes01', { disabled: false });
    expect(await world.settled(held)).toMatchObject({ state: 'accepted' });
  });

  it('stops a corp that cancelled, and leaves its neighbour alone', async () => {
    await world.install({ corpId: 'wpLeaves01', name: 'Leaves', members: members('woLea') });
    await world.control.addFault({ kind: 'latency', ms: 50, path: SEND, corpId: 'wpLeaves01' });
    await world.control.cancel(SUITE.suiteId, 'wpLeaves01');
    await until(
      async () => (await world.send('wpLeaves01', contractNotice('woLea'))).status === 410,
      'the cancellation to be known',
    );
    expect(await world.settled(await world.accept('wpNeighbour01', contractNotice('woNils')))).toMatchObject({
      state: 'accepted',
    });
    const [left] = await world.database.everything(
      `SELECT state, permanent_code_sealed, (SELECT count(*)::int FROM data_keys WHERE corp_id = 'wpLeaves01') AS keys FROM authorizations WHERE corp_id = 'wpLeaves01'`,
    );
    expect(left).toEqual({ state: 'cancelled', permanent_code_sealed: null, keys: 0 });
  });

  it('splits 2,500 users into three calls and has an outcome for each of them', async () => {
    const userIds = Array.from({ length: 2_500 }, (_, index) => `wo${String(index).padStart(6, '0')}`);
    const known = userIds.filter((_, index) => index % 1000 !== 7);
    await world.install({ corpId: 'wpLarge01', name: 'Large', accountCap: 10_000, members: members(...known) });
    const before = (await sendCalls('wpLarge01')).length;
    const notice = await world.settled(await world.accept('wpLarge01', contractNotice(userIds.join('|'))));
    expect(await sendCalls('wpLarge01')).toHaveLength(before + 3);
    expect(notice.state).toBe('partial');
    expect(recipientsOf(notice)).toHaveLength(2_500);
    expect(
      recipientsOf(notice)
        .filter(({ state }) => state === 'invalid')
        .map(({ id }) => id),
    ).toEqual(['wo000007', 'wo001007', 'wo002007']);
    expect(recipientsOf(notice).filter(({ state }) => state === 'accepted')).toHaveLength(2_497);
  });
});
