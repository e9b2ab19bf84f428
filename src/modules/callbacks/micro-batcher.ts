export interface MicroBatcherOptions<In, Out> {
  maxBatch: number;
  /** More items than this waiting are refused: memory is no queue. */
  maxWaiting: number;
  /** Items of equal key go as one: a statement cannot touch the same row twice. */
  keyOf(item: In): string;
  merge(first: In, again: In): In;
  /** Takes a whole batch; answers in the same order. */
  flush(items: In[]): Promise<Out[]>;
}

interface Waiting<In, Out> {
  item: In;
  readonly callers: { resolve(result: Out): void; reject(error: unknown): void }[];
}

/**
 * Lets concurrent callers share one statement without waiting for each other: the first goes at once, and whoever comes while
 * a batch is on its way joins the next. Idle, it adds nothing to the latency; busy, the batch grows by itself.
 */
export class MicroBatcher<In, Out> {
  #waiting = new Map<string, Waiting<In, Out>>();
  #isFlushing = false;

  constructor(private readonly options: MicroBatcherOptions<In, Out>) {}

  add(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      const key = this.options.keyOf(item);
      const known = this.#waiting.get(key);
      if (known) {
        known.item = this.options.merge(known.item, item);
        known.callers.push({ resolve, reject });
        return;
      }
      if (this.#waiting.size >= this.options.maxWaiting) {
        reject(new Error(`${this.options.maxWaiting} items are waiting already`));
        return;
      }
      this.#waiting.set(key, { item, callers: [{ resolve, reject }] });
      if (!this.#isFlushing) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isFlushing = true;
    while (this.#waiting.size > 0) await this.#flush(this.#take());
    this.#isFlushing = false;
  }

  #take(): Waiting<In, Out>[] {
    if (this.#waiting.size <= this.options.maxBatch) {
      const all = [...this.#waiting.values()];
      this.#waiting = new Map();
      return all;
    }
    const batch: Waiting<In, Out>[] = [];
    for (const [key, entry] of this.#waiting) {
      if (batch.length === this.options.maxBatch) break;
      batch.push(entry);
      this.#waiting.delete(key);
    }
    return batch;
  }

  async #flush(batch: Waiting<In, Out>[]): Promise<void> {
    try {
      const results = await this.options.flush(batch.map((entry) => entry.item));
      batch.forEach((entry, index) => {
        for (const caller of entry.callers) caller.resolve(results[index] as Out);
      });
    } catch (error) {
      for (const entry of batch) for (const caller of entry.callers) caller.reject(error);
    }
  }
}
