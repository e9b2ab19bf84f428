import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { LeasedTokens } from '../../src/modules/platform/leases/leased-tokens.js';
import { TokenFetchFailed } from '../../src/modules/platform/leases/token-fetch.errors.js';
import type { IssuedToken, TokenSource } from '../../src/modules/platform/leases/token-key.js';
import { TokenRows } from '../../src/modules/platform/leases/token-rows.js';
import { TokenUnavailable } from '../../src/modules/platform/leases/token-unavailable.errors.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testSecretBox } from '../support/keyring.js';
import { until } from '../support/until.js';
import { claim, corpKey, elapse, FakeUpstream, processOn, stored } from './token-bench.js';

describe('leased tokens', () => {
  let test: TestDatabase;
  let corps = 0;
  const nextCorp = () => corpKey(`wpCorp${++corps}`);

  beforeAll(async () => {
    Logger.overrideLogger(false);
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  describe('refusals', () => {
    it('passes on why the owner may not have a token, and asks nothing of WeCom', async () => {
      const upstream = new FakeUpstream();
      upstream.generation = async () => {
        throw new Error('not active');
      };
      await expect(processOn(test).hold(nextCorp(), upstream)).rejects.toThrow('not active');
      expect(upstream.calls).toBe(0);
    });

    it('rests after a refusal: 30 seconds, then twice as long, without asking WeCom meanwhile', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      upstream.answer = async () => {
        throw new TokenFetchFailed('refused', 45009);
      };
      const tokens = processOn(test);
      await expect(tokens.hold(key, upstream)).rejects.toMatchObject({ errcode: 45009, retryAfterSeconds: 30 });
      const paused = await tokens.hold(key, upstream).catch((error: unknown) => error);
      expect(paused).toBeInstanceOf(TokenUnavailable);
      expect(paused).toMatchObject({ reason: 'cooling_down', errcode: 45009, status: 503 });
      expect(upstream.calls).toBe(1);

      await elapse(test, key, '31 seconds');
      await expect(tokens.hold(key, upstream)).rejects.toMatchObject({ retryAfterSeconds: 60 });
      expect(upstream.calls).toBe(2);
    });

    it('opens the breaker for an hour at the third refused credential, for every process', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      upstream.answer = async () => {
        throw new TokenFetchFailed('credential', 40084);
      };
      const pauses: unknown[] = [];
      for (let attempt = 0; attempt < 3; attempt++) {
        const error = await processOn(test)
          .hold(key, upstream)
          .catch((caught: unknown) => caught);
        pauses.push((error as TokenUnavailable).retryAfterSeconds);
        if (attempt < 2) await elapse(test, key, '61 seconds');
      }
      expect(pauses).toEqual([30, 60, 3_600]);
      await elapse(test, key, '59 minutes');
      await expect(processOn(test).hold(key, upstream)).rejects.toMatchObject({ errcode: 40084 });
      expect(upstream.calls).toBe(3);
      // Other tenants do not notice.
      await expect(processOn(test).hold(nextCorp(), new FakeUpstream())).resolves.toBeDefined();
    });

    it('stays open when a probe after the hour is refused again', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      upstream.answer = async () => {
        throw new TokenFetchFailed('credential', 40001);
      };
      for (const passes of ['31 seconds', '61 seconds', '61 minutes', '0 seconds']) {
        await expect(processOn(test).hold(key, upstream)).rejects.toThrow(TokenUnavailable);
        await elapse(test, key, passes);
      }
      expect((await stored(test, key)).cooldown_seconds).toBeGreaterThan(3_500);
      expect(upstream.calls).toBe(4);
    });

    it('does not count an outage of WeCom towards the breaker, and is back within 30 seconds of its end', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      upstream.answer = async () => {
        throw new TokenFetchFailed('transient', undefined);
      };
      for (let attempt = 0; attempt < 6; attempt++) {
        await expect(processOn(test).hold(key, upstream)).rejects.toThrow(TokenUnavailable);
        expect((await stored(test, key)).cooldown_seconds).toBeLessThanOrEqual(30);
        await elapse(test, key, '31 seconds');
      }
      upstream.answer = async () => {
        throw new TokenFetchFailed('credential', 40084);
      };
      await expect(processOn(test).hold(key, upstream)).rejects.toMatchObject({ retryAfterSeconds: 30 });
    });

    it('lets an outage neither forget nor add to refusals that came before it', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      const outcomes = ['credential', 'transient', 'credential', 'transient', 'credential'] as const;
      for (const outcome of outcomes) {
        upstream.answer = async () => {
          throw new TokenFetchFailed(outcome, outcome === 'credential' ? 40084 : undefined);
        };
        await expect(processOn(test).hold(key, upstream)).rejects.toThrow(TokenUnavailable);
        if (upstream.calls < outcomes.length) await elapse(test, key, '61 seconds');
      }
      expect(await stored(test, key)).toMatchObject({ failures: 3, last_errcode: 40084 });
      expect((await stored(test, key)).cooldown_seconds).toBeGreaterThan(3_500);
    });

    it('refuses to open a token that was moved to another corp', async () => {
      const [mine, theirs] = [nextCorp(), nextCorp()];
      await processOn(test).hold(mine, new FakeUpstream());
      await processOn(test).hold(theirs, new FakeUpstream());
      await test.everything(
        'UPDATE tokens SET sealed = (SELECT sealed FROM tokens WHERE corp_id = $1) WHERE corp_id = $2',
        [mine.corpId, theirs.corpId],
      );
      await expect(processOn(test).hold(theirs, new FakeUpstream())).rejects.toThrow();
    });
  });

  describe('single flight', () => {
    it('asks WeCom once for 500 simultaneous callers', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      const tokens = processOn(test);
      const held = await Promise.all(Array.from({ length: 500 }, () => tokens.hold(key, upstream)));
      expect(upstream.calls).toBe(1);
      expect(new Set(held.map(({ token }) => token.reveal()))).toEqual(new Set(['token-1']));
    });

    it('asks WeCom once for 8 processes with 20 callers each', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      const processes = Array.from({ length: 8 }, () => processOn(test));
      const held = await Promise.all(
        processes.flatMap((tokens) => Array.from({ length: 20 }, () => tokens.hold(key, upstream))),
      );
      expect(upstream.calls).toBe(1);
      expect(new Set(held.map(({ version }) => version)).size).toBe(1);
    });

    it('gives nothing to waiters while the holder is at work, and everything when it is done', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      const gate = Promise.withResolvers<void>();
      upstream.answer = async () => {
        await gate.promise;
        return upstream.issue('slow');
      };
      const first = processOn(test).hold(key, upstream);
      await until(() => upstream.calls === 1);
      const second = processOn(test).hold(key, upstream);
      await until(async () => (await stored(test, key)).leased);
      gate.resolve();
      expect((await second).token.reveal()).toBe('slow');
      expect((await first).token.reveal()).toBe('slow');
      expect(upstream.calls).toBe(1);
    });

    it('keeps no connection while WeCom is asked', async () => {
      const small = await createTestDatabase({ poolSize: 2 });
      try {
        const upstream = new FakeUpstream();
        const gate = Promise.withResolvers<void>();
        upstream.answer = async () => {
          await gate.promise;
          return upstream.issue('token');
        };
        const tokens = processOn(small);
        const holding = Array.from({ length: 10 }, (_, n) => tokens.hold(corpKey(`wpMany${n}`), upstream));
        await until(() => upstream.calls === 10);
        gate.resolve();
        await Promise.all(holding);
      } finally {
        await small.drop();
      }
    });
  });

  describe('fencing', () => {
    it('never lets a late writer overwrite a newer token', async () => {
      const key = nextCorp();
      const late = new FakeUpstream();
      const gate = Promise.withResolvers<void>();
      late.answer = async () => {
        await gate.promise;
        return late.issue('late');
      };
      const slow = processOn(test).hold(key, late);
      await until(() => late.calls === 1);
      // As after a pause of the process: the lease runs out, somebody else fetches.
      await elapse(test, key, '11 seconds');
      const quick = new FakeUpstream();
      quick.answer = async () => quick.issue('newer');
      expect((await processOn(test).hold(key, quick)).token.reveal()).toBe('newer');

      gate.resolve();
      expect((await slow).token.reveal()).toBe('newer');
      expect((await processOn(test).hold(key, quick)).token.reveal()).toBe('newer');
      expect(quick.calls).toBe(1);
    });

    it('writes nothing for an authorization that was cancelled during the fetch, whoever asks again', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      const gate = Promise.withResolvers<void>();
      upstream.answer = async () => {
        await gate.promise;
        return upstream.issue('too late');
      };
      const tokens = processOn(test);
      const holding = tokens.hold(key, upstream);
      const refused = expect(holding).rejects.toMatchObject({ reason: 'superseded' });
      await until(() => upstream.calls === 1);
      await test.db.asCorp(key.corpId, (tx) => processOn(test).forget(tx, key));
      gate.resolve();
      await refused;
      expect(await stored(test, key)).toMatchObject({ sealed: null, lives_seconds: null, refresh_in_seconds: null });
      await expect(processOn(test).hold(key, upstream)).rejects.toMatchObject({ reason: 'superseded' });
      expect(upstream.calls).toBe(1);
    });

    it('starts clean with the next generation: an old breaker is closed, an old holder writes nothing', async () => {
      const key = nextCorp();
      const old = new FakeUpstream();
      const gate = Promise.withResolvers<void>();
      old.answer = async () => {
        await gate.promise;
        return old.issue('of generation 1');
      };
      const before = processOn(test).hold(key, old);
      const refused = expect(before).rejects.toMatchObject({ reason: 'superseded' });
      await until(() => old.calls === 1);

      const next = new FakeUpstream();
      next.currentGeneration = 2;
      next.answer = async () => next.issue('of generation 2');
      expect((await processOn(test).hold(key, next)).token.reveal()).toBe('of generation 2');
      gate.resolve();
      await refused;
      expect(await stored(test, key)).toMatchObject({ generation: 2, failures: 0 });
      expect((await processOn(test).hold(key, next)).token.reveal()).toBe('of generation 2');
    });
  });

  describe('lifetimes', () => {
    it('counts the life of a token from before it was asked for, on the database clock', async () => {
      const key = nextCorp();
      await processOn(test).hold(key, new FakeUpstream());
      const { lives_seconds: lives } = await stored(test, key);
      expect(lives).toBeLessThanOrEqual(7_200);
      expect(lives).toBeGreaterThan(7_100);
    });

    it('uses the old token to its end while its refresh fails', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      const tokens = processOn(test);
      await tokens.hold(key, upstream);
      await elapse(test, key, '119 minutes');
      upstream.answer = async () => {
        throw new TokenFetchFailed('refused', 45009);
      };
      const lease = await claim(tokens, key);
      await expect(tokens.refresh(lease, upstream)).rejects.toThrow(TokenUnavailable);
      expect((await processOn(test).hold(key, upstream)).token.reveal()).toBe('token-1');
      await elapse(test, key, '2 minutes');
      await expect(processOn(test).hold(key, upstream)).rejects.toMatchObject({ errcode: 45009 });
    });

    it('goes on with the old token while another process refreshes it', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      await processOn(test).hold(key, upstream);
      await elapse(test, key, '101 minutes');
      const gate = Promise.withResolvers<void>();
      upstream.answer = async () => {
        await gate.promise;
        return upstream.issue('new');
      };
      const refresher = processOn(test);
      const lease = await claim(refresher, key);
      const refreshing = refresher.refresh(lease, upstream);
      await until(() => upstream.calls === 2);
      expect((await processOn(test).hold(key, upstream)).token.reveal()).toBe('token-1');
      gate.resolve();
      await expect(refreshing).resolves.toBe(true);
      expect((await processOn(test).hold(key, upstream)).token.reveal()).toBe('new');
    });

    it('keeps the earlier expiry when WeCom hands out the same token again, and asks again near its end', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      upstream.answer = async () => upstream.issue('the same');
      const tokens = processOn(test);
      await tokens.hold(key, upstream);
      await elapse(test, key, '101 minutes');
      const lease = await claim(tokens, key);
      await tokens.refresh(lease, upstream);
      const row = await stored(test, key);
      expect(row.lives_seconds).toBeLessThanOrEqual(19 * 60);
      expect(row.refresh_in_seconds).toBeCloseTo(row.lives_seconds! - 300, 0);
    });

    it('is refreshed by whoever reads it when the schedule is two minutes behind', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      await processOn(test).hold(key, upstream);
      await elapse(test, key, '105 minutes');
      expect((await processOn(test).hold(key, upstream)).token.reveal()).toBe('token-1');
      await until(async () => (await stored(test, key)).version === 2);
      expect(upstream.calls).toBe(2);
    });
  });

  describe('invalidation', () => {
    it('replaces exactly the version that failed, once, however many report it', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      const [one, other] = [processOn(test), processOn(test)];
      const { version } = await one.hold(key, upstream);
      await other.hold(key, upstream);
      await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? one : other).invalidate(key, version)));
      const fresh = await Promise.all([one.hold(key, upstream), other.hold(key, upstream)]);
      expect(upstream.calls).toBe(2);
      expect(fresh.map(({ token }) => token.reveal())).toEqual(['token-2', 'token-2']);
      // A process that has heard of nothing reports it late.
      await processOn(test).invalidate(key, version);
      expect((await processOn(test).hold(key, upstream)).token.reveal()).toBe('token-2');
      expect(upstream.calls).toBe(2);
    });

    it('does not give out a refused token that was read just before the refusal', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      const { version } = await processOn(test).hold(key, upstream);
      const gate = Promise.withResolvers<void>();
      const rows = new TokenRows(test.db, testSecretBox(test.db));
      const read = rows.read.bind(rows);
      let reads = 0;
      rows.read = async (...looked) => {
        const found = await read(...looked);
        if (++reads === 1) await gate.promise;
        return found;
      };
      const tokens = new LeasedTokens(rows);
      const before = tokens.hold(key, upstream);
      await until(() => reads === 1);
      await tokens.invalidate(key, version);
      const after = tokens.hold(key, upstream);
      gate.resolve();
      expect((await before).version).toBe(version);
      expect((await after).version).toBeGreaterThan(version);
      expect(tokens.peek(key)?.version).toBeGreaterThan(version);
    });

    it('does not ask again and again when WeCom hands out the refused token once more', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      upstream.answer = async () => upstream.issue('refused but the same');
      const tokens = processOn(test);
      let { version } = await tokens.hold(key, upstream);
      for (let round = 0; round < 5; round++) {
        await tokens.invalidate(key, version);
        ({ version } = await tokens.hold(key, upstream));
      }
      expect(upstream.calls).toBe(2);
    });
  });

  describe('the schedule', () => {
    it('is given each due token once, however many processes claim', async () => {
      const keys = Array.from({ length: 30 }, () => nextCorp());
      const upstream = new FakeUpstream();
      await Promise.all(keys.map((key) => processOn(test).hold(key, upstream)));
      for (const key of keys) await elapse(test, key, '101 minutes');
      const claims = await Promise.all(Array.from({ length: 6 }, () => processOn(test).claimDue('corp', 20)));
      const claimed = claims.flat().map(({ key }) => key.corpId);
      expect(new Set(claimed).size).toBe(claimed.length);
      expect(keys.filter(({ corpId }) => !claimed.includes(corpId))).toEqual([]);
    });

    it('is not held up by a token whose suite token is missing, and counts nothing against it', async () => {
      const key = nextCorp();
      const upstream = new FakeUpstream();
      const tokens = processOn(test);
      await tokens.hold(key, upstream);
      await elapse(test, key, '101 minutes');
      const lease = await claim(tokens, key);
      const source: TokenSource = {
        generation: async () => 1,
        prepare: async () => {
          throw new TokenUnavailable(
            { corpId: '', suiteId: 'ww_suite', kind: 'suite' },
            { reason: 'no_suite_ticket', retryAfterSeconds: 60 },
          );
        },
        fetch: (): Promise<IssuedToken> => upstream.fetch(),
      };
      await expect(tokens.refresh(lease, source)).rejects.toMatchObject({ reason: 'no_suite_ticket' });
      expect(await stored(test, key)).toMatchObject({ failures: 0, last_errcode: null, leased: false });
      expect((await stored(test, key)).refresh_in_seconds).toBeGreaterThan(0);
      expect(upstream.calls).toBe(1);
    });

    it('finds a planned token of a new generation at once', async () => {
      const key = nextCorp();
      const tokens = processOn(test);
      await test.db.asCorp(key.corpId, (tx) => tokens.plan(tx, key));
      const lease = await claim(tokens, key);
      expect(lease.key).toEqual(key);
      await expect(tokens.refresh(lease, new FakeUpstream())).resolves.toBe(true);
      expect((await stored(test, key)).lives_seconds).toBeGreaterThan(7_000);
    });
  });

  it('keeps no token readable in the database', async () => {
    const rows = await test.everything<{ sealed: string }>(`SELECT encode(sealed, 'escape') AS sealed FROM tokens`);
    expect(rows.filter(({ sealed }) => sealed?.includes('token'))).toEqual([]);
  });
});
