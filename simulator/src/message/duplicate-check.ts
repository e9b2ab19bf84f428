import { createHash } from 'node:crypto';
import type { SimulatorClock } from '../clock.ts';
import type { JsonObject } from './message-fields.ts';

export const defaultIntervalSeconds = 1800;
export const maxIntervalSeconds = 14_400;
/** Bounds the memory of a long run; four hours at 250 checked messages a second fit in. */
const maxRemembered = 4_000_000;

/** Remembers what each app sent with enable_duplicate_check (d:90372). Only accepted calls are remembered. */
export class DuplicateCheck {
  private readonly acceptedAt = new Map<string, number>();
  private readonly clock: SimulatorClock;

  constructor(clock: SimulatorClock) {
    this.clock = clock;
  }

  isRepeat(key: string, intervalSeconds: number): boolean {
    const before = this.acceptedAt.get(key);
    return before !== undefined && this.clock.now() < before + intervalSeconds * 1000;
  }

  /** A swallowed repeat is not remembered again: the interval runs from the message that was received. */
  remember(key: string): void {
    const now = this.clock.now();
    this.acceptedAt.delete(key);
    this.acceptedAt.set(key, now);
    this.forgetOld(now);
  }

  clear(): void {
    this.acceptedAt.clear();
  }

  /** Insertion order is time order, so the old ones are in front. */
  private forgetOld(now: number): void {
    for (const [key, at] of this.acceptedAt) {
      if (at > now - maxIntervalSeconds * 1000 && this.acceptedAt.size <= maxRemembered) return;
      this.acceptedAt.delete(key);
    }
  }
}

/** A digest that is equal for equal JSON values, whatever the order of keys and the blanks. */
export function jsonDigest(value: JsonObject): string {
  return createHash('sha256').update(sortedJson(value)).digest('hex');
}

function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${sortedJson(inner)}`).join(',')}}`;
}
