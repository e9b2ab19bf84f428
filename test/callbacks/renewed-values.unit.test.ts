import { describe, expect, it } from '@jest/globals';
import { RenewedValues } from '../../src/modules/callbacks/renewed-values.js';
import { until } from '../support/until.js';

describe('values renewed in the background', () => {
  it('is read once for all who ask at the same time', async () => {
    let reads = 0;
    const values = new RenewedValues<number>({ renewAfterMs: 60_000, maxAgeMs: 60_000 });
    const read = async () => ++reads;
    expect(await Promise.all([values.get('a', read), values.get('a', read)])).toEqual([1, 1]);
    expect(await values.get('a', read)).toBe(1);
    expect(await values.get('b', read)).toBe(2);
  });

  it('gives the old value while the new one is on its way', async () => {
    let reads = 0;
    let open: () => void = () => undefined;
    const values = new RenewedValues<number>({ renewAfterMs: 0, maxAgeMs: 60_000 });
    await values.get('a', async () => ++reads);
    const slow = async () => {
      await new Promise<void>((resolve) => {
        open = resolve;
      });
      return ++reads;
    };
    expect(await values.get('a', slow)).toBe(1);
    open();
    await until(async () => (await values.get('a', async () => 2)) === 2);
  });

  it('goes on with the old value when a renewal fails, unless it was told to forget it', async () => {
    const values = new RenewedValues<number>({ renewAfterMs: 0, maxAgeMs: 60_000 });
    await values.get('a', async () => 1);
    const fails = async (): Promise<number> => {
      throw new Error('database is away');
    };
    expect(await values.get('a', fails)).toBe(1);
    expect(await values.get('a', fails)).toBe(1);
    values.forget('a');
    await expect(values.get('a', fails)).rejects.toThrow('database is away');
  });

  it('waits for a value that could not be renewed for too long', async () => {
    const values = new RenewedValues<number>({ renewAfterMs: 0, maxAgeMs: 0 });
    await values.get('a', async () => 1);
    await expect(
      values.get('a', async () => {
        throw new Error('database is away');
      }),
    ).rejects.toThrow('database is away');
  });
});
