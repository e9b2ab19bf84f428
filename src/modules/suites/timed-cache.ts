import { performance } from 'node:perf_hooks';

interface Entry<V> {
  value: Promise<V | null>;
  untilMs: number;
}

/**
 * Values read again after `ttlMs`, one reader at a time a key. "There is none" is kept too, for a shorter time, so that
 * requests for made-up ids do not become statements. While the database is away the last value goes on being served.
 */
export class TimedCache<V> {
  readonly #entries = new Map<string, Entry<V>>();

  constructor(private readonly options: { ttlMs: number; absentTtlMs: number; maxEntries: number }) {}

  async get(key: string, load: () => Promise<V | null>): Promise<V | null> {
    const entry = this.#entries.get(key);
    if (entry !== undefined && performance.now() < entry.untilMs) return entry.value;
    const loaded = this.#load(key, load, entry);
    // Until it is known whether there is one, as if there was not: the shorter time.
    this.#set(key, { value: loaded, untilMs: performance.now() + this.options.absentTtlMs });
    return loaded;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  async #load(key: string, load: () => Promise<V | null>, previous: Entry<V> | undefined): Promise<V | null> {
    const askedAtMs = performance.now();
    try {
      const value = await load();
      const entry = this.#entries.get(key);
      if (entry !== undefined && value !== null) entry.untilMs = askedAtMs + this.options.ttlMs;
      return value;
    } catch (error) {
      const last = await previous?.value.catch(() => null);
      if (last) return last;
      this.#entries.delete(key);
      throw error;
    }
  }

  #set(key: string, entry: Entry<V>): void {
    this.#entries.delete(key);
    if (this.#entries.size >= this.options.maxEntries) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    this.#entries.set(key, entry);
  }
}
