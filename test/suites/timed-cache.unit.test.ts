import { describe, expect, it } from '@jest/globals';
import { TimedCache } from '../../src/modules/suites/timed-cache.js';

const lasting = { ttlMs: 3_600_000, absentTtlMs: 3_600_000, maxEntries: 2 };
const passing = { ttlMs: 0, absentTtlMs: 0, maxEntries: 10 };

describe('TimedCache', () => {
  it('does not keep a failure', async () => {
    const cache = new TimedCache<string>(lasting);
    await expect(cache.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.get('a', async () => 'there')).toBe('there');
  });

  it('goes on serving the last value while it cannot be read', async () => {
    const cache = new TimedCache<string>(passing);
    await cache.get('a', async () => 'last');
    expect(await cache.get('a', () => Promise.reject(new Error('away')))).toBe('last');
    expect(await cache.get('a', () => Promise.reject(new Error('away')))).toBe('last');
    expect(await cache.get('a', async () => 'new')).toBe('new');
  });

  it('reads once for any number of callers, also what is not there', async () => {
    const cache = new TimedCache<string>(lasting);
    let reads = 0;
    const read = async () => {
      reads++;
      return null;
    };
    expect(await Promise.all([cache.get('a', read), cache.get('a', read), cache.get('a', read)])).toEqual([
      null,
      null,
      null,
    ]);
    await cache.get('a', read);
    expect(reads).toBe(1);
    cache.delete('a');
    await cache.get('a', read);
    expect(reads).toBe(2);
  });

  it('drops the oldest when it is full', async () => {
    const cache = new TimedCache<string>(lasting);
    const reads: string[] = [];
    for (const key of ['a', 'b', 'c', 'c', 'a']) {
      await cache.get(key, async () => {
        reads.push(key);
        return key;
      });
    }
    expect(reads).toEqual(['a', 'b', 'c', 'a']);
  });
});
