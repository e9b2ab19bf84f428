import { setImmediate } from 'node:timers/promises';
import { TooManyWaiting } from './notices.errors.js';

export interface AcceptBatcherOptions<In, Out> {
  readonly maxItems: number;
  readonly maxBytes: number;
  /** More than this in memory are refused at once: a queue that cannot be seen is no queue. */
  readonly maxWaitingBytes: number;
  bytesOf(item: In): number;
  /** Stores a batch in one transaction; answers in the same order. */
  store(items: readonly In[]): Promise<Out[]>;
  /** Whether a failed batch says nothing about its items (the database is away), so that trying them one by one is no use. */
  isUnavailable(error: unknown): boolean;
}

interface Waiting<In, Out> {
  readonly item: In;
  readonly bytes: number;
  readonly resolve: (result: Out) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets concurrent requests share a transaction without waiting for each other: the first goes at once, and whoever comes
 * meanwhile joins the next. Idle, it adds nothing; busy, the batch grows by itself and the fsync is shared.
 */
export class AcceptBatcher<In, Out> {
  private waiting: Waiting<In, Out>[] = [];
  private waitingBytes = 0;
  private running: Promise<void> | undefined;

  constructor(private readonly options: AcceptBatcherOptions<In, Out>) {}

  add(item: In): Promise<Out> {
    const bytes = this.options.bytesOf(item);
    if (this.waitingBytes + bytes > this.options.maxWaitingBytes) return Promise.reject(new TooManyWaiting());
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, bytes, resolve, reject });
      this.waitingBytes += bytes;
      this.running ??= this.run();
    });
  }

  /** Everything added so far has been answered when this resolves. */
  async drain(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      // What this turn of the event loop still reads from its sockets goes along.
      await setImmediate();
      await this.store(this.take());
    }
    this.running = undefined;
  }

  private take(): Waiting<In, Out>[] {
    let bytes = 0;
    let count = 0;
    for (const entry of this.waiting) {
      if (count === this.options.maxItems || (count > 0 && bytes + entry.bytes > this.options.maxBytes)) break;
      bytes += entry.bytes;
      count += 1;
    }
    this.waitingBytes -= bytes;
    return this.waiting.splice(0, count);
  }

  private async store(batch: readonly Waiting<In, Out>[]): Promise<void> {
    try {
      const results = await this.options.store(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Out);
    } catch (error) {
      if (batch.length === 1 || this.options.isUnavailable(error)) {
        for (const { reject } of batch) reject(error);
      } else {
        // Somebody's item broke the statement of all: alone, only its own fails.
        for (const entry of batch) await this.store([entry]);
      }
    }
  }
}
