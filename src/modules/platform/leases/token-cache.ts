import { performance } from 'node:perf_hooks';
import { type HeldToken, type TokenId, tokenIdText } from './token-key.js';

/** After this long an entry is compared with its row again: the bound on how late we notice another process's change. */
const RECHECK_MS = 5_000;
const MAX_ENTRIES = 20_000;

interface Entry {
  held: HeldToken | undefined;
  generation: number;
  /** The highest version that WeCom refused; versions only grow, so nothing up to it comes back. */
  refusedVersion: number;
  usableUntilMs: number;
  recheckAtMs: number;
}

/**
 * Tokens in memory, so that a send costs one map lookup. Times are the process's monotonic clock: the database tells how
 * much life is left, measured from before it was asked, so a wrong or stepped wall clock changes nothing.
 */
export class TokenCache {
  readonly #entries = new Map<string, Entry>();

  /** @param nowMs a clock that never jumps */
  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /** The token, if it may be used without asking the database. */
  get(id: TokenId): HeldToken | undefined {
    const entry = this.#entries.get(tokenIdText(id));
    if (entry?.held === undefined) {
      return undefined;
    }
    const nowMs = this.nowMs();
    return nowMs < entry.recheckAtMs && nowMs < entry.usableUntilMs ? entry.held : undefined;
  }

  /** What is in memory even if it is due for a re-check, so that an unchanged row need not be opened again. */
  known(id: TokenId, generation: number, version: number): HeldToken | undefined {
    const entry = this.#entries.get(tokenIdText(id));
    return entry?.generation === generation && entry.held?.version === version ? entry.held : undefined;
  }

  /**
   * Keeps the token, unless WeCom refused it while the row was being read.
   * @param askedAtMs `performance.now()` from before the statement that told `remainingMs`
   */
  put(id: TokenId, generation: number, held: HeldToken, askedAtMs: number, remainingMs: number): void {
    const text = tokenIdText(id);
    const refusedVersion = this.#entries.get(text)?.refusedVersion ?? 0;
    if (held.version > refusedVersion) {
      this.#set(text, {
        held,
        generation,
        refusedVersion,
        usableUntilMs: askedAtMs + remainingMs,
        recheckAtMs: askedAtMs + RECHECK_MS,
      });
    }
  }

  /** Forgets this version and everything older for good. */
  refuse(id: TokenId, version: number): void {
    const text = tokenIdText(id);
    const entry = this.#entries.get(text);
    const newer = entry?.held !== undefined && entry.held.version > version ? entry : undefined;
    this.#set(text, {
      ...(newer ?? { held: undefined, generation: 0, usableUntilMs: 0, recheckAtMs: 0 }),
      refusedVersion: Math.max(version, entry?.refusedVersion ?? 0),
    });
  }

  isRefused(id: TokenId, version: number): boolean {
    return version <= (this.#entries.get(tokenIdText(id))?.refusedVersion ?? 0);
  }

  drop(id: TokenId): void {
    const entry = this.#entries.get(tokenIdText(id));
    if (entry !== undefined) {
      entry.held = undefined;
    }
  }

  #set(text: string, entry: Entry): void {
    // Deleted first, so that the map stays in the order of last confirmation and its head is what to drop.
    this.#entries.delete(text);
    if (this.#entries.size >= MAX_ENTRIES) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    this.#entries.set(text, entry);
  }
}
