import { describe, expect, it } from '@jest/globals';
import { MicroBatcher } from '../../src/modules/callbacks/micro-batcher.js';
import { until } from '../support/until.js';

function batcher(options: { maxBatch?: number; maxWaiting?: number } = {}) {
  const batches: string[][] = [];
  const gates: { open(): void; fail(error: Error): void }[] = [];
  const made = new MicroBatcher<{ key: string; seen: number }, string>({
    maxBatch: options.maxBatch ?? 10,
    maxWaiting: options.maxWaiting ?? 10,
    keyOf: (item) => item.key,
    merge: (first, again) => ({ key: first.key, seen: first.seen + again.seen }),
    flush: (items) =>
      new Promise((resolve, reject) => {
        batches.push(items.map((item) => `${item.key}x${item.seen}`));
        gates.push({ open: () => resolve(items.map((item) => `kept ${item.key}`)), fail: reject });
      }),
  });
  return { batches, gates, add: (key: string) => made.add({ key, seen: 1 }) };
}

describe('sharing one statement between callers', () => {
  it('fails every caller of a failed batch and goes on with the next', async () => {
    const { batches, gates, add } = batcher();
    const first = add('a');
    const second = add('b');
    (await until(() => gates[0])).fail(new Error('database is away'));
    await expect(first).rejects.toThrow('database is away');
    (await until(() => gates[1])).open();
    await expect(second).resolves.toBe('kept b');
    expect(batches).toEqual([['ax1'], ['bx1']]);
  });

  it('refuses more than may wait', async () => {
    const { add } = batcher({ maxWaiting: 2 });
    void add('on its way');
    void add('a');
    void add('b');
    await expect(add('c')).rejects.toThrow('2 items are waiting');
  });

  it('sends the first at once, and together whatever comes meanwhile', async () => {
    const { batches, gates, add } = batcher({ maxBatch: 3 });
    const all = ['a', 'b', 'c', 'd', 'e'].map(add);
    expect(batches).toEqual([['ax1']]);
    (await until(() => gates[0])).open();
    await all[0];
    (await until(() => gates[1])).open();
    await all[3];
    (await until(() => gates[2])).open();
    await expect(Promise.all(all)).resolves.toEqual(['a', 'b', 'c', 'd', 'e'].map((key) => `kept ${key}`));
    expect(batches).toEqual([['ax1'], ['bx1', 'cx1', 'dx1'], ['ex1']]);
  });

  it('lets equal items of a batch go as one that counts them', async () => {
    const { batches, gates, add } = batcher();
    const all = ['a', 'b', 'a', 'b', 'b'].map(add);
    (await until(() => gates[0])).open();
    await all[0];
    (await until(() => gates[1])).open();
    await expect(Promise.all(all)).resolves.toHaveLength(5);
    expect(batches).toEqual([['ax1'], ['bx3', 'ax1']]);
  });
});
