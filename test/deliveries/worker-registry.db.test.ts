import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WorkerRegistry } from '../../src/modules/deliveries/worker-registry.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

describe('WorkerRegistry', () => {
  let test: TestDatabase;
  let registry: WorkerRegistry;

  beforeEach(async () => {
    test = await createTestDatabase();
    registry = new WorkerRegistry(test.db);
  });
  afterEach(() => test.drop());

  const lane = (columns: string, values: string) =>
    test.everything(
      `INSERT INTO lanes (corp_id, suite_id, lane, ${columns}) VALUES ('wpA', 'ww1', 'interactive', ${values})`,
    );

  async function delivery(columns = '', values = ''): Promise<void> {
    const id = randomUUID();
    await test.everything(
      `INSERT INTO notices (corp_id, id, suite_id, msgtype, lane, policy, recipient_count, expires_at)
       VALUES ('wpA', $1, 'ww1', 'text', 'interactive', 'at_least_once', 1, now() + interval '1 day')`,
      [id],
    );
    await test.everything(
      `INSERT INTO deliveries (corp_id, notice_id, ordinal, suite_id, lane, policy, body, recipient_count, expires_at${columns && `, ${columns}`})
       VALUES ('wpA', $1, 0, 'ww1', 'interactive', 'at_least_once', '{}', 1, now() + interval '1 day'${values && `, ${values}`})`,
      [id],
    );
  }
  const isReady = async () =>
    (await test.everything<{ ready: boolean | null }>('SELECT ready_at <= now() AS ready FROM lanes'))[0]?.ready;
  const deliveries = () => test.everything('SELECT state, reason FROM deliveries ORDER BY state');

  it('wakes a lane that believes to be empty and is not', async () => {
    await lane('ready_at', 'NULL');
    await delivery();
    expect(await registry.sweep()).toBe(true);
    expect(await isReady()).toBe(true);
  });

  it('wakes a lane that waits for a far retry while something newer is due', async () => {
    await lane('ready_at', `now() + interval '90 minutes'`);
    await delivery('next_at', `now() + interval '90 minutes'`);
    await delivery();
    await registry.sweep();
    expect(await isReady()).toBe(true);
  });

  it('lets a lane sleep that has nothing due', async () => {
    await lane('ready_at', `now() + interval '90 minutes'`);
    await delivery('next_at', `now() + interval '90 minutes'`);
    await registry.sweep();
    expect(await isReady()).toBe(false);
  });

  it('frees the lanes of a worker that is silent, and makes what it was sending ambiguous', async () => {
    const dead = randomUUID();
    await test.everything(
      `INSERT INTO worker_instances (id, host, heartbeat_at) VALUES ($1, 'h', now() - interval '6 seconds')`,
      [dead],
    );
    await lane('leased_by, leased_until, lease_no', `'${dead}', now() + interval '20 seconds', 4`);
    await delivery('state, lease_no', `'sending', 4`);
    expect(await registry.takeOver()).toBe(1);
    expect(await test.everything('SELECT state, ambiguous_at IS NOT NULL AS ambiguous FROM deliveries')).toEqual([
      { state: 'ready', ambiguous: true },
    ]);
    expect(await test.everything('SELECT lease_no, leased_by FROM lanes')).toEqual([
      { lease_no: '5', leased_by: null },
    ]);
  });

  it('leaves the lanes of a worker that is alive alone', async () => {
    const alive = randomUUID();
    await registry.heartbeat(alive);
    await lane('leased_by, leased_until', `'${alive}', now() + interval '20 seconds'`);
    await delivery('state', `'sending'`);
    expect(await registry.takeOver()).toBe(0);
    expect(await deliveries()).toEqual([{ state: 'sending', reason: null }]);
  });

  describe('a hold that waits for the corp', () => {
    beforeEach(async () => {
      await test.everything(`
        INSERT INTO providers (provider_corp_id, name) VALUES ('wwp', 'p');
        INSERT INTO suites (suite_id, provider_corp_id, kind, name, secret_sealed, callback_token_sealed, encoding_aes_key_sealed)
        VALUES ('ww1', 'wwp', 'third_party', 's', '\\x', '\\x', '\\x');
        INSERT INTO authorizations (corp_id, suite_id, state, installed_via, authorized_at, info_pulled_at)
        VALUES ('wpA', 'ww1', 'active', 'event', now() - interval '1 day', now() - interval '1 day')`);
    });
    const held = (holdCount: number) =>
      lane(
        'held_at, held_until, hold_end, hold_count',
        `now() - interval '10 seconds', 'infinity', 'reauthorized', ${holdCount}`,
      );
    const isHeld = async () => {
      await registry.sweep();
      return (
        (await test.everything<{ held: boolean | null }>('SELECT held_until > now() AS held FROM lanes'))[0]?.held ??
        false
      );
    };

    it('lasts while WeCom has shown nothing since it began', async () => {
      await held(1);
      expect(await isHeld()).toBe(true);
    });

    it('ends when WeCom has shown that the authorization stands', async () => {
      await held(1);
      await test.everything('UPDATE authorizations SET info_pulled_at = now()');
      expect(await isHeld()).toBe(false);
    });

    it('lasts longer each time the sends are refused although the authorization stands', async () => {
      await held(3);
      await test.everything('UPDATE authorizations SET info_pulled_at = now()');
      expect(await isHeld()).toBe(true);
      await test.everything(`UPDATE lanes SET held_at = now() - interval '121 seconds'`);
      expect(await isHeld()).toBe(false);
      expect(await test.everything('SELECT hold_count FROM lanes')).toEqual([{ hold_count: 3 }]);
    });

    it('ends at once when the corp has installed again', async () => {
      await held(30);
      await test.everything('UPDATE authorizations SET authorized_at = now()');
      expect(await isHeld()).toBe(false);
    });
  });

  it('expires what waited too long in a held lane, and says why it was held', async () => {
    await lane('held_until, hold_reason, hold_end', `'infinity', 'errcode_50003', 'change_auth'`);
    await delivery();
    await test.everything(`UPDATE deliveries SET expires_at = now() - interval '1 second'`);
    await registry.sweep();
    expect(await deliveries()).toEqual([{ state: 'expired', reason: 'errcode_50003' }]);
  });

  it('leaves unknown, not expired, what may have been sent before it was held', async () => {
    await lane('held_until, hold_end', `'infinity', 'change_auth'`);
    await delivery('ambiguous_at', 'now()');
    await test.everything(`UPDATE deliveries SET expires_at = now() - interval '1 second'`);
    await registry.sweep();
    expect(await deliveries()).toEqual([{ state: 'unknown', reason: 'expired' }]);
  });
});
