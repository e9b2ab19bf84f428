import { Injectable, Logger } from '@nestjs/common';
import { type JobQueue, Jobs } from '../platform/jobs/jobs.js';

interface OfferedCallbacks {
  readonly ids: readonly string[];
}

const SHARED = {
  // The row carries the lease, the attempts and the truth; a job is only the fastest way to hear of it.
  expireInSeconds: 60,
  retryLimit: 1,
  retryDelaySeconds: 1,
  retryDelayMaxSeconds: 1,
};

/** Authorisation events have a queue of their own, so that a burst of others cannot stand before them. */
export const URGENT_CALLBACKS: JobQueue<OfferedCallbacks> = { name: 'callbacks-urgent', concurrency: 8, ...SHARED };
export const OTHER_CALLBACKS: JobQueue<OfferedCallbacks> = { name: 'callbacks', concurrency: 4, ...SHARED };

const MAX_IDS_PER_JOB = 50;

/** Tells the workers of stored callbacks after the answer to WeCom is on its way; many ids go in one job. */
@Injectable()
export class CallbackOffers {
  private readonly logger = new Logger(CallbackOffers.name);
  private readonly waiting = { urgent: [] as string[], other: [] as string[] };
  private isSending = false;

  constructor(private readonly jobs: Jobs) {}

  offer(id: string, urgent: boolean): void {
    (urgent ? this.waiting.urgent : this.waiting.other).push(id);
    if (this.isSending) return;
    this.isSending = true;
    setImmediate(() => void this.sendAll());
  }

  private async sendAll(): Promise<void> {
    const { urgent, other } = this.waiting;
    while (urgent.length + other.length > 0) {
      try {
        await this.jobs.sendMany(URGENT_CALLBACKS, jobsOf(urgent.splice(0)));
        await this.jobs.sendMany(OTHER_CALLBACKS, jobsOf(other.splice(0)));
      } catch (error) {
        // Not lost: the sweep finds their rows.
        this.logger.warn({ err: error }, 'stored callbacks could not be offered');
      }
    }
    this.isSending = false;
  }
}

function jobsOf(ids: readonly string[]): { data: OfferedCallbacks }[] {
  const jobs: { data: OfferedCallbacks }[] = [];
  for (let start = 0; start < ids.length; start += MAX_IDS_PER_JOB) {
    jobs.push({ data: { ids: ids.slice(start, start + MAX_IDS_PER_JOB) } });
  }
  return jobs;
}
