import { Logger } from '@nestjs/common';
import type { LaneHold, LaneRelease, Settlement, SettlementRepository } from './settlement.repository.js';

/** Enough for one statement to carry a full claim; more only delays the lanes that wait for their release. */
const FLUSH_AT = 256;
const FLUSH_AFTER_MS = 4;
const RETRY_AFTER_MS = 250;

/**
 * Collects what ended within a few milliseconds and writes it in one transaction: the settle statement is shared by many notices and
 * the fsync by all of them. While the database is away results wait here; if this process dies first, its deliveries are taken over as
 * ambiguous, which is true.
 */
export class SettleBatcher {
  private readonly logger = new Logger(SettleBatcher.name);
  private settlements: Settlement[] = [];
  private releases: LaneRelease[] = [];
  private holds: LaneHold[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly repository: SettlementRepository,
    private readonly afterFlush: () => void,
  ) {}

  add(settlement: Settlement): void {
    this.settlements.push(settlement);
    if (this.settlements.length >= FLUSH_AT) this.flushSoon(0);
    else this.flushSoon(FLUSH_AFTER_MS);
  }

  release(release: LaneRelease): void {
    this.releases.push(release);
    this.flushSoon(FLUSH_AFTER_MS);
  }

  hold(hold: LaneHold): void {
    this.holds.push(hold);
    this.flushSoon(0);
  }

  /** Everything added so far is in the database when this resolves. */
  async drain(): Promise<void> {
    while (this.writing || this.size > 0) {
      if (!this.writing) this.start();
      await this.writing;
    }
  }

  private get size(): number {
    return this.settlements.length + this.releases.length + this.holds.length;
  }

  private flushSoon(afterMs: number): void {
    if (this.writing) return;
    if (afterMs === 0) {
      this.start();
    } else {
      this.timer ??= setTimeout(() => this.start(), afterMs);
    }
  }

  private start(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.writing || this.size === 0) return;
    this.writing = this.write().finally(() => {
      this.writing = undefined;
      if (this.size > 0) this.flushSoon(this.settlements.length >= FLUSH_AT ? 0 : FLUSH_AFTER_MS);
      this.afterFlush();
    });
  }

  private async write(): Promise<void> {
    const { settlements, releases, holds } = this;
    this.settlements = [];
    this.releases = [];
    this.holds = [];
    try {
      await this.repository.settle(settlements, releases, holds);
    } catch (error) {
      this.logger.error({ err: error, settlements: settlements.length }, 'could not settle, will try again');
      this.settlements = [...settlements, ...this.settlements];
      this.releases = [...releases, ...this.releases];
      this.holds = [...holds, ...this.holds];
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
    }
  }
}
