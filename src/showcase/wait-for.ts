import { setTimeout as delay } from 'node:timers/promises';

/** Asks until the answer is there. */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  limitMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await delay(25);
  }
}
