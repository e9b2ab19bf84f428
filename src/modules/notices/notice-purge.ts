import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AppConfig } from '../platform/config/app-config.js';
import { Database, type Tx } from '../platform/database/database.js';
import { BodyLedgerRepository } from './body-ledger.repository.js';
import { IdempotencyRepository } from './idempotency.repository.js';

const EVERY_MS = 60_000;
const BATCH = 1000;
/** A tick ends even when there is more: the next one goes on. */
const BATCHES_A_TICK = 50;

/** Deletes idempotency keys after 72 hours and ledger rows that no notice can meet, a little at a time. */
@Injectable()
export class NoticePurge {
  private readonly logger = new Logger(NoticePurge.name);
  private running = false;

  constructor(
    private readonly config: AppConfig,
    private readonly database: Database,
    private readonly idempotency: IdempotencyRepository,
    private readonly ledger: BodyLedgerRepository,
  ) {}

  @Interval(EVERY_MS)
  async tick(): Promise<void> {
    if (this.config.role === 'api' || this.running) return;
    this.running = true;
    try {
      const keys = await this.inBatches((tx) => this.idempotency.purge(tx, BATCH));
      const bodies = await this.inBatches((tx) => this.ledger.purge(tx, BATCH));
      if (keys + bodies > 0) this.logger.log({ keys, bodies }, 'expired idempotency keys and bodies deleted');
    } catch (error) {
      this.logger.warn(
        { error: error instanceof Error ? error.message : 'unknown' },
        'purge failed, will be tried again',
      );
    } finally {
      this.running = false;
    }
  }

  private async inBatches(purge: (tx: Tx) => Promise<number>): Promise<number> {
    let total = 0;
    for (let batch = 0; batch < BATCHES_A_TICK; batch++) {
      const deleted = await this.database.asWorker(purge);
      total += deleted;
      if (deleted < BATCH) break;
    }
    return total;
  }
}
