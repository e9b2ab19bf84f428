import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Instance, startInstance } from '../support/instance.js';
import { until } from '../support/until.js';
import { contractNotice, createWorld, members, type World } from '../support/world.js';

const SEND = 'message/send';
const CORP = 'wpWorkers01';
const MEMBERS = Array.from({ length: 20 }, (_, index) => `woMember${index}`);

interface Received {
  notices: Map<string, number>;
  calls: number;
}

describe('delivery workers as real processes', () => {
  let world: World;
  let instances: Instance[];

  beforeEach(async () => {
    // The instance in this process answers HTTP only: every send is made by a process that can be killed.
    world = await createWorld({ role: 'api' });
    instances = [];
    const setup = await worker();
    await world.install({ corpId: CORP, name: 'Workers', members: members(...MEMBERS) });
    await setup.stop();
  });
  afterEach(async () => {
    for (const instance of instances) await instance.kill();
    await world.close();
  });

  async function worker(): Promise<Instance> {
    const instance = await startInstance({
      databaseUrl: world.database.url,
      simulatorUrl: world.simulatorUrl,
      role: 'worker',
    });
    instances.push(instance);
    return instance;
  }

  /** One notice to one member each, told apart by its row, so that the member limit of 30 a minute is never met. */
  const acceptMany = (count: number, more: object = {}): Promise<string[]> =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        world.accept(CORP, { ...contractNotice(MEMBERS[index % MEMBERS.length] ?? '', `合同 ${index}`), ...more }),
      ),
    );

  const states = async (): Promise<Record<string, number>> => {
    const rows = await world.database.everything<{ state: string; count: number }>(
      'SELECT state, count(*)::int AS count FROM deliveries GROUP BY state',
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  };

  async function received(): Promise<Received> {
    const notices = new Map<string, number>();
    for (const member of MEMBERS) {
      for (const { content } of await world.control.inbox(CORP, member)) {
        if (content.msgtype !== 'miniprogram_notice') continue;
        const name = content.items[0]?.value ?? '';
        notices.set(name, (notices.get(name) ?? 0) + 1);
      }
    }
    const { byPath } = await world.control.counts();
    return { notices, calls: byPath[`/cgi-bin/${SEND}`] ?? byPath[SEND] ?? 0 };
  }

  it('never send the same delivery twice when two of them work on one lane', async () => {
    await acceptMany(400);
    await Promise.all([worker(), worker()]);
    await until(async () => (await states()).accepted === 400, 'all to be accepted');
    const { notices, calls } = await received();
    expect(calls).toBe(400);
    expect([...notices.values()].every((times) => times === 1)).toBe(true);
    expect(notices.size).toBe(400);
  });

  it('lose nothing, and show no member anything twice, when one is killed in mid-send', async () => {
    await acceptMany(300);
    await world.control.addFault({ kind: 'latency', ms: 40, path: SEND });
    const killedWhileSending = new Map<string, number>();
    for (let kill = 1; kill <= 3; kill++) {
      const victim = await worker();
      await until(async () => {
        const { sending = 0 } = await states();
        return sending > 0 && (await received()).calls > kill * 20;
      }, 'the worker to be in mid-send');
      await victim.kill();
      const sending = await world.database.everything<{ sha256: string }>(
        `SELECT encode(sha256(body), 'hex') AS sha256 FROM deliveries WHERE state = 'sending'`,
      );
      expect(sending.length).toBeGreaterThan(0);
      for (const { sha256 } of sending) killedWhileSending.set(sha256, (killedWhileSending.get(sha256) ?? 0) + 1);
    }
    await worker();
    await until(async () => (await states()).accepted === 300, 'all to be accepted');
    const { notices } = await received();
    expect(notices.size).toBe(300);
    expect([...notices.values()].every((times) => times === 1)).toBe(true);
    // A call is repeated, and swallowed by the duplicate check, once at most for each kill that found it being sent; all others are made once.
    const { entries } = await world.control.ledger({ path: SEND, corpId: CORP, limit: 1000 });
    const calls = Map.groupBy(entries, (entry) => entry.bodySha256);
    expect(calls.size).toBe(300);
    const tooOften = [...calls].filter(([sha256, made]) => made.length > 1 + (killedWhileSending.get(sha256) ?? 0));
    expect(tooOften).toEqual([]);
  });

  it('leave at_most_once deliveries unknown, never repeated, when killed in mid-send', async () => {
    await acceptMany(60, { options: { policy: 'at_most_once' } });
    await world.control.addFault({ kind: 'latency', ms: 60, path: SEND });
    const victim = await worker();
    await until(async () => (await received()).calls > 5, 'the worker to be in mid-send');
    await victim.kill();
    await worker();
    await until(async () => {
      const { ready = 0, sending = 0 } = await states();
      return ready + sending === 0;
    }, 'all to be settled');
    const { accepted = 0, unknown = 0 } = await states();
    expect(unknown).toBeGreaterThan(0);
    expect(accepted + unknown).toBe(60);
    const { notices, calls } = await received();
    expect(calls).toBeLessThanOrEqual(60);
    expect([...notices.values()].every((times) => times === 1)).toBe(true);
  });

  it('finish what they send and hand back the rest when asked to stop', async () => {
    await acceptMany(200);
    await world.control.addFault({ kind: 'latency', ms: 30, path: SEND });
    const first = await worker();
    await until(async () => (await received()).calls > 10, 'the worker to be in mid-send');
    expect(await first.stop()).toBe(0);
    const { sending = 0, ready = 0 } = await states();
    expect(sending).toBe(0);
    expect(ready).toBeGreaterThan(0);
    await worker();
    await until(async () => (await states()).accepted === 200, 'all to be accepted');
    expect((await received()).calls).toBe(200);
  });

  it('change nothing with an answer that comes after their lanes were taken over', async () => {
    await acceptMany(40, { options: { policy: 'at_most_once' } });
    await world.control.addFault({ kind: 'latency', ms: 200, path: SEND });
    const sleeper = await worker();
    await until(async () => ((await states()).sending ?? 0) > 0, 'the worker to be in mid-send');
    sleeper.process.kill('SIGSTOP');
    const { accepted: before = 0 } = await states();
    await worker();
    await until(async () => (await states()).unknown, 'its lanes to be taken over');
    sleeper.process.kill('SIGCONT');
    await until(async () => {
      const { ready = 0, sending = 0 } = await states();
      return ready + sending === 0;
    }, 'all to be settled');
    const { unknown = 0, accepted = 0 } = await states();
    expect(accepted).toBeGreaterThanOrEqual(before);
    expect(accepted + unknown).toBe(40);
    expect((await received()).calls).toBeLessThanOrEqual(40);
  });
});
