import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { AppConfig } from '../platform/config/app-config.js';
import { Database } from '../platform/database/database.js';
import { Jobs } from '../platform/jobs/jobs.js';
import { PollLoop } from '../platform/jobs/poll-loop.js';
import { AuthCodeExchange } from './auth-code-exchange.js';
import { AuthorizationInfoService, PULL_INFO } from './authorization-info.js';
import { AuthorizationNotActive, AuthorizationNotFound } from './authorizations.errors.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import type { AuthorizationKey } from './authorizations.types.js';

const SWEEP_EVERY_MS = 1_000;
const CODES_PER_ROUND = 10;
const INFOS_PER_ROUND = 10;

/** Finishes what a request or a dead process left: auth codes not exchanged yet, authorizations without information. */
@Injectable()
export class AuthorizationsWorker implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AuthorizationsWorker.name);
  private readonly sweep = new PollLoop({
    name: 'AuthorizationsSweep',
    idleMs: SWEEP_EVERY_MS,
    run: () => this.round(),
  });

  constructor(
    private readonly config: AppConfig,
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly exchange: AuthCodeExchange,
    private readonly info: AuthorizationInfoService,
    private readonly authorizations: AuthorizationsRepository,
  ) {}

  onModuleInit(): void {
    this.jobs.define(PULL_INFO, (key) => this.pull(key));
  }

  onApplicationBootstrap(): void {
    if (this.config.role !== 'api') this.sweep.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.sweep.stop();
  }

  private async round(): Promise<boolean> {
    const [codes, infos] = await Promise.all([this.exchange.resume(CODES_PER_ROUND), this.pullMissing()]);
    return codes === CODES_PER_ROUND || infos === INFOS_PER_ROUND;
  }

  private async pullMissing(): Promise<number> {
    const keys = await this.database.asWorker((tx) => this.authorizations.claimWithoutInfo(tx, INFOS_PER_ROUND));
    await Promise.all(
      keys.map((key) =>
        this.pull(key).catch((error: unknown) => {
          this.logger.warn({ ...key, err: error }, 'authorization info could not be pulled, next try in a minute');
        }),
      ),
    );
    return keys.length;
  }

  private async pull(key: AuthorizationKey): Promise<void> {
    try {
      await this.info.pull(key, 'info_pulled');
    } catch (error) {
      // Cancelled since it was asked for.
      if (!(error instanceof AuthorizationNotActive || error instanceof AuthorizationNotFound)) throw error;
    }
  }
}
