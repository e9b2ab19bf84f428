import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Client } from 'pg';
import { AppConfig } from '../platform/config/app-config.js';
import { Database } from '../platform/database/database.js';
import type { LaneKey } from './deliveries.types.js';

const CHANNEL = 'suitepost_lanes';
/** At most so often per instance: commits that notify queue on one lock of the whole server (reliability.md §6.4). */
const NOTIFY_EVERY_MS = 100;
const RECONNECT_MS = 1_000;

export interface LaneListener {
  announced(lanes: readonly LaneKey[]): void;
  woken(): void;
}

/**
 * Tells workers that some lane has work. Within a process directly; from an api process to the workers with NOTIFY, outside of
 * any accept transaction. A lost hint costs one polling interval.
 */
@Injectable()
export class LaneHints implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(LaneHints.name);
  private listener: LaneListener | undefined;
  private client: Client | undefined;
  private closing = false;
  private notifying: NodeJS.Timeout | undefined;
  private again = false;

  constructor(
    private readonly config: AppConfig,
    private readonly database: Database,
  ) {}

  /** The worker of this process. */
  onHint(listener: LaneListener): void {
    this.listener = listener;
  }

  /** Lanes are about to be woken: a worker of this process may get ready. */
  announce(lanes: readonly LaneKey[]): void {
    this.listener?.announced(lanes);
  }

  hint(): void {
    this.listener?.woken();
    if (this.config.role === 'api') this.notify();
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.role === 'worker') await this.listen();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing = true;
    clearTimeout(this.notifying);
    await this.client?.end().catch(() => undefined);
  }

  private notify(): void {
    if (this.notifying) {
      this.again = true;
      return;
    }
    this.database.rows(`SELECT pg_notify('${CHANNEL}', '')`).catch(() => undefined);
    this.notifying = setTimeout(() => {
      this.notifying = undefined;
      if (this.again) {
        this.again = false;
        this.notify();
      }
    }, NOTIFY_EVERY_MS);
  }

  /** A connection of its own: LISTEN does not survive a pooler in transaction mode. */
  private async listen(): Promise<void> {
    const client = new Client({ connectionString: this.config.databaseUrl.reveal(), keepAlive: true });
    this.client = client;
    client.on('notification', () => this.listener?.woken());
    client.on('error', () => undefined);
    client.once('end', () => {
      if (!this.closing) setTimeout(() => void this.listen(), RECONNECT_MS).unref();
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      this.logger.warn({ err: error }, 'cannot listen for lane hints, polling goes on');
      await client.end().catch(() => undefined);
    }
  }
}
