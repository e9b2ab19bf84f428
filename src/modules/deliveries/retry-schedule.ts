import { DUPLICATE_CHECK_SECONDS } from './deliveries.types.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/**
 * Waits between attempts whose effect on WeCom may be real. They sum to 10,656 s, 12,787 s with the jitter: inside the
 * 14,400 s of the duplicate check, with room for the attempts themselves (reliability.md §2.3).
 */
const WAITS_MS = [SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 45 * MINUTE, 90 * MINUTE];
const JITTER = 0.2;

/** No repeat after an ambiguous attempt later than this: what is left is the length of an attempt and clock doubt. */
export const LAST_SAFE_REPEAT_MS = (DUPLICATE_CHECK_SECONDS - 1_600) * SECOND;

/**
 * @param attempt attempts made so far, from 1
 * @param random 0 ≤ random < 1
 * @returns wait before the next attempt in ms, or undefined when the schedule is used up
 */
export function waitAfterAttempt(attempt: number, random: number): number | undefined {
  const wait = WAITS_MS[attempt - 1];
  return wait === undefined ? undefined : Math.round(wait * (1 - JITTER + 2 * JITTER * random));
}
