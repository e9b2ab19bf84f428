interface Held<V> {
  readonly value: V;
  readonly readAtMs: number;
}

/**
 * Values that are read again in the background while the last one is still given out, so that nobody waits for the database
 * but the very first. A value that could not be renewed for `maxAgeMs` is waited for again.
 */
export class RenewedValues<V> {
  readonly #held = new Map<string, Held<V>>();
  readonly #reading = new Map<string, Promise<V>>();

  constructor(private readonly options: { renewAfterMs: number; maxAgeMs: number }) {}

  async get(name: string, read: () => Promise<V>): Promise<V> {
    const held = this.#held.get(name);
    const ageMs = held ? performance.now() - held.readAtMs : Number.POSITIVE_INFINITY;
    if (!held || ageMs >= this.options.maxAgeMs) return this.#read(name, read);
    // Who asks next finds the new value, or that there is none any more.
    if (ageMs >= this.options.renewAfterMs) this.#read(name, read).catch(() => undefined);
    return held.value;
  }

  forget(name: string): void {
    this.#held.delete(name);
  }

  #read(name: string, read: () => Promise<V>): Promise<V> {
    const reading = this.#reading.get(name) ?? this.#readNow(name, read).finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }

  async #readNow(name: string, read: () => Promise<V>): Promise<V> {
    const readAtMs = performance.now();
    const value = await read();
    this.#held.set(name, { value, readAtMs });
    return value;
  }
}
