import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits for a condition and answers what it gave. The limit is only there so that a broken test ends; no test asserts on how long
 * something took.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  what = 'the condition',
  limitMs = 30_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value) return value as NonNullable<T>;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await delay(20);
  }
}
