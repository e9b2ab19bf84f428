import { describe, expect, it } from '@jest/globals';
import { AcceptBatcher } from '../../src/modules/notices/accept-batcher.js';
import { until } from '../support/until.js';

class Away extends Error {}

function batcher(
  store: (items: readonly string[]) => Promise<string[]>,
  limits: { maxItems?: number; maxWaitingBytes?: number } = {},
) {
  const batches: string[][] = [];
  const accept = new AcceptBatcher<string, string>({
    maxItems: 4,
    maxBytes: 10,
    maxWaitingBytes: 1000,
    ...limits,
    bytesOf: (item) => item.length,
    isUnavailable: (error) => error instanceof Away,
    store: (items) => {
      batches.push([...items]);
      return store(items);
    },
  });
  return { accept, batches };
}

const echo = async (items: readonly string[]) => items.map((item) => item.toUpperCase());

describe('requests that share a transaction', () => {
  it('fail alone when their own item is what breaks it', async () => {
    const { accept, batches } = batcher(async (items) => {
      if (items.includes('bad')) throw new Error('cannot store bad');
      return echo(items);
    });
    const results = await Promise.allSettled(['a', 'bad', 'c'].map((item) => accept.add(item)));
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason)))).toEqual([
      'A',
      'Error: cannot store bad',
      'C',
    ]);
    expect(batches).toEqual([['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
  });

  it('fail together, once, when the database is away', async () => {
    const { accept, batches } = batcher(() => Promise.reject(new Away()));
    const results = await Promise.allSettled(['a', 'b'].map((item) => accept.add(item)));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(batches).toEqual([['a', 'b']]);
  });

  it('are refused when more are waiting than memory should hold, and taken again afterwards', async () => {
    const { accept } = batcher(echo, { maxWaitingBytes: 3 });
    const first = accept.add('aa');
    await expect(accept.add('bb')).rejects.toMatchObject({
      code: 'too_many_waiting',
      status: 503,
      retryAfterSeconds: 1,
    });
    await expect(first).resolves.toBe('AA');
    await expect(accept.add('bb')).resolves.toBe('BB');
  });

  it('get the answer of their own item', async () => {
    const { accept } = batcher(echo, { maxItems: 3 });
    const items = Array.from({ length: 50 }, (_, n) => `i${n}`);
    expect(await Promise.all(items.map((item) => accept.add(item)))).toEqual(items.map((item) => item.toUpperCase()));
  });

  it('go together when they came while a batch was on its way, up to a number and a size', async () => {
    const gates: (() => void)[] = [];
    const { accept, batches } = batcher(async (items) => {
      await new Promise<void>((resolve) => gates.push(resolve));
      return echo(items);
    });
    const all = [accept.add('first')];
    await until(() => gates.length > 0);
    all.push(...['a', 'b', 'c', 'd', 'eeeeeeeeeeee', 'f'].map((item) => accept.add(item)));
    for (let opened = 0; opened < 4; opened++) {
      await until(() => gates.length > opened);
      gates[opened]?.();
    }
    await Promise.all(all);
    expect(batches).toEqual([['first'], ['a', 'b', 'c', 'd'], ['eeeeeeeeeeee'], ['f']]);
  });

  it('are all answered before the process lets go', async () => {
    const { accept } = batcher(echo);
    const answered: string[] = [];
    for (const item of ['a', 'b', 'c', 'd', 'e', 'f']) void accept.add(item).then((answer) => answered.push(answer));
    await accept.drain();
    expect(answered).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
  });
});
