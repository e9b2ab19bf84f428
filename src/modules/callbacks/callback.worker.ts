import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { AppConfig } from '../platform/config/app-config.js';
import { DomainError } from '../platform/http/domain-error.js';
import { Jobs } from '../platform/jobs/jobs.js';
import { PollLoop } from '../platform/jobs/poll-loop.js';
import { SecretBox } from '../platform/secrets/secret-box.js';
import type { CallbackEventEntry, EventOutcome } from './callback-event.types.js';
import { findCallbackEvent, URGENT_INFO_TYPES } from './callback-events.js';
import { CallbackHandlers } from './callback-handlers.js';
import { callbackMetrics } from './callback-metrics.js';
import { OTHER_CALLBACKS, URGENT_CALLBACKS } from './callback-offers.js';
import { PayloadMismatch, readPayload } from './event-payload.js';
import { type ClaimedCallback, InboxClaims } from './inbox-claims.js';
import { UnreadableMessage } from './message-limits.js';
import { readMessage } from './message-reader.js';

const SWEEP_EVERY_MS = 1_000;
const SWEEP_BATCH = 50;
/** With the delays below about a day: longer than any outage we want to mend by hand. */
const MAX_ATTEMPTS = 32;
const MAX_DELAY_SECONDS = 3_600;

/** Takes stored callbacks to their handlers. Jobs bring ids at once; the sweep finds what no job brought. */
@Injectable()
export class CallbackWorker implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(CallbackWorker.name);
  private readonly sweep = new PollLoop({
    name: 'CallbackSweep',
    idleMs: SWEEP_EVERY_MS,
    run: () => this.handleOverdue(),
  });

  constructor(
    private readonly config: AppConfig,
    private readonly jobs: Jobs,
    private readonly claims: InboxClaims,
    private readonly box: SecretBox,
    private readonly handlers: CallbackHandlers,
  ) {}

  onModuleInit(): void {
    for (const queue of [URGENT_CALLBACKS, OTHER_CALLBACKS]) {
      this.jobs.define(queue, async ({ ids }) => this.handleAll(await this.claims.claim(ids)));
    }
  }

  onApplicationBootstrap(): void {
    if (this.config.role !== 'api') this.sweep.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.sweep.stop();
  }

  private async handleOverdue(): Promise<boolean> {
    const overdue = await this.claims.claimOverdue(URGENT_INFO_TYPES, SWEEP_BATCH);
    await this.handleAll(overdue);
    return overdue.length === SWEEP_BATCH;
  }

  private async handleAll(claimed: readonly ClaimedCallback[]): Promise<void> {
    await Promise.all(claimed.map((callback) => this.handleOne(callback)));
  }

  private async handleOne(claimed: ClaimedCallback): Promise<void> {
    const { id, suiteId, infoType, attempt } = claimed;
    try {
      const outcome = await this.outcomeOf(claimed);
      await this.claims.settle(claimed, outcome);
      callbackMetrics.handled.inc({ info_type: infoType, outcome: outcome.state });
      this.logger.log({ id, suiteId, infoType, ...outcome }, 'callback handled');
    } catch (error) {
      const reason = reasonOf(error);
      const isLast = attempt >= MAX_ATTEMPTS;
      const data = { id, suiteId, infoType, attempt, reason, err: error };
      if (isLast) this.logger.error(data, 'callback given up');
      else this.logger.warn(data, 'callback will be handled again');
      callbackMetrics.handled.inc({ info_type: infoType, outcome: isLast ? 'failed' : 'retry' });
      if (isLast) await this.claims.settle(claimed, { state: 'failed', reason });
      else await this.claims.retryLater(claimed, Math.min(2 ** (attempt - 1), MAX_DELAY_SECONDS), reason);
    }
  }

  /** What is wrong with the message itself ends it here; whatever else fails may work later and is thrown. */
  private async outcomeOf(claimed: ClaimedCallback): Promise<EventOutcome> {
    const entry = findCallbackEvent(claimed.channel, claimed.infoType);
    // Stored by a newer version of us that knows the type.
    if (!entry) return { state: 'ignored', reason: 'unhandled' };
    const { suiteId } = claimed;
    const place = { corpId: '', suiteId, table: 'callback_inbox', column: 'sealed', generation: 0 };
    const message = (await this.box.openBytes(null, place, claimed.sealed)).toString();
    const payload = payloadOf(entry, message);
    return payload instanceof Error
      ? { state: 'failed', reason: payload.message }
      : entry.handle(this.handlers, payload, claimed);
  }
}

function payloadOf(entry: CallbackEventEntry, message: string): object {
  try {
    return readPayload(entry.payload, readMessage(message));
  } catch (error) {
    if (error instanceof PayloadMismatch || error instanceof UnreadableMessage) return error;
    throw error;
  }
}

/** Kept beside the row in clear, so a name and never a message. */
function reasonOf(error: unknown): string {
  if (error instanceof DomainError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
