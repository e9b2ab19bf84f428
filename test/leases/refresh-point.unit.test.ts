import { describe, expect, it } from '@jest/globals';
import { secondsAhead } from '../../src/modules/platform/leases/refresh-point.js';
import type { TokenId } from '../../src/modules/platform/leases/token-key.js';

const corp = (number: number): TokenId => ({ corpId: `wpAAAAAAAA${number}`, suiteId: 'ww_suite', kind: 'corp' });

describe('the point of refresh', () => {
  it('lies 20 to 30 minutes before the end of a usual token', () => {
    for (let number = 0; number < 2_000; number++) {
      const ahead = secondsAhead(corp(number), 7_200);
      expect(ahead).toBeGreaterThanOrEqual(20 * 60);
      expect(ahead).toBeLessThan(30 * 60);
    }
  });

  it('is the same for a tenant each time', () => {
    expect(secondsAhead(corp(7), 7_200)).toBe(secondsAhead(corp(7), 7_200));
  });

  it('spreads ten thousand corps evenly over the ten minutes', () => {
    const perMinute = new Array<number>(10).fill(0);
    for (let number = 0; number < 10_000; number++) {
      const minute = Math.floor(secondsAhead(corp(number), 7_200) / 60) - 20;
      perMinute[minute] = (perMinute[minute] ?? 0) + 1;
    }
    for (const count of perMinute) {
      expect(count).toBeGreaterThan(850);
      expect(count).toBeLessThan(1_150);
    }
  });

  it('is the same share of a shorter life, and never more than 30 minutes of a longer one', () => {
    expect(secondsAhead(corp(1), 72)).toBeCloseTo(secondsAhead(corp(1), 7_200) / 100);
    expect(secondsAhead(corp(1), 86_400)).toBe(secondsAhead(corp(1), 7_200));
  });
});
