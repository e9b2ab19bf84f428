import { setTimeout as delay } from 'node:timers/promises';
import { cpuMs } from './cpu.ts';

const PAUSE_MS = 150;
/** Below this share of one core a process tree counts as quiet. */
const QUIET_SHARE = 0.1;
const QUIET_DEADLINE_MS = 5_000;

/**
 * Runs the work and charges its processes for all CPU they use until they are quiet again: what Postgres still writes after
 * the last commit is part of the price, and must not slow down whoever is measured next.
 */
export async function withCpu<T>(
  roots: readonly number[],
  work: () => Promise<T>,
): Promise<{ result: T; cpuMs: number }> {
  const before = cpuMs(roots);
  const result = await work();
  await quiet(roots);
  return { result, cpuMs: cpuMs(roots) - before };
}

async function quiet(roots: readonly number[]): Promise<void> {
  const deadlineMs = performance.now() + QUIET_DEADLINE_MS;
  for (let used = cpuMs(roots); performance.now() < deadlineMs; ) {
    await delay(PAUSE_MS);
    const now = cpuMs(roots);
    if (now - used <= PAUSE_MS * QUIET_SHARE) {
      return;
    }
    used = now;
  }
}
