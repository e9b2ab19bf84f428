import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { gauge } from '../platform/observability/metrics.js';
import type { TicketAge } from './suite.types.js';
import { LATE_AFTER_SECONDS, OVERDUE_AFTER_SECONDS, SuiteTicketsService } from './suite-tickets.service.js';

const LOOK_EVERY_MS = 30_000;
/** An alarm that is still true is repeated. */
const REMIND_EVERY_SECONDS = 600;

const ticketAge = gauge('suitepost_suite_ticket_age_seconds', 'Seconds since the newest suite ticket arrived', [
  'suite_id',
]);

type Alarm = 'none' | 'late' | 'overdue';

/**
 * Watches the age of every suite's newest ticket: a warning at 12 minutes, an error at 20, ten minutes before the suite can get
 * no token any more. An operator can push a ticket from WeCom's console.
 */
@Injectable()
export class SuiteTicketWatch {
  private readonly logger = new Logger(SuiteTicketWatch.name);
  readonly #raised = new Map<string, { alarm: Alarm; ageSeconds: number }>();
  #looking: Promise<void> | undefined;

  constructor(private readonly tickets: SuiteTicketsService) {}

  @Interval(LOOK_EVERY_MS)
  async tick(): Promise<void> {
    if (this.#looking !== undefined) return;
    this.#looking = this.look().catch((error: unknown) => {
      this.logger.error({ err: error }, 'the age of the suite tickets could not be read');
    });
    await this.#looking;
    this.#looking = undefined;
  }

  /** For `@nestjs/schedule` stops its timers before, this only waits for a look in progress. */
  async onModuleDestroy(): Promise<void> {
    await this.#looking;
  }

  async look(): Promise<void> {
    const ages = await this.tickets.ages();
    ticketAge.reset();
    for (const age of ages) {
      ticketAge.set({ suite_id: age.suiteId }, age.ageSeconds);
      this.#judge(age);
    }
  }

  #judge({ suiteId, ageSeconds, health }: TicketAge): void {
    const alarm: Alarm =
      ageSeconds >= OVERDUE_AFTER_SECONDS ? 'overdue' : ageSeconds >= LATE_AFTER_SECONDS ? 'late' : 'none';
    const before = this.#raised.get(suiteId) ?? { alarm: 'none', ageSeconds: 0 };
    if (alarm === before.alarm && ageSeconds - before.ageSeconds < REMIND_EVERY_SECONDS) return;
    this.#raised.set(suiteId, { alarm, ageSeconds });
    const data = { suiteId, ageSeconds, health };
    if (alarm === 'overdue') this.logger.error(data, 'no suite ticket for 20 minutes: push one from the console');
    else if (alarm === 'late') this.logger.warn(data, 'suite ticket is late');
    else if (before.alarm !== 'none') this.logger.log(data, 'suite tickets come again');
  }
}
