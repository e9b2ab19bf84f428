import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { AuthorizationsService } from '../authorizations/authorizations.service.js';
import { LeasedTokens } from '../platform/leases/leased-tokens.js';
import type { TokenKind } from '../platform/leases/token-key.js';
import type { TokenLease } from '../platform/leases/token-rows.js';
import { counter } from '../platform/observability/metrics.js';
import { SuiteTokensService } from '../suites/suite-tokens.service.js';
import { CorpTokensService } from './corp-tokens.service.js';
import { MissingTokens } from './missing-tokens.js';
import { AuthorizationRefused } from './tokens.errors.js';

const TICK_MS = 1_000;
/** Bound on token calls a second and instance: 10,000 corps need 1.6 (one refresh in 100 minutes each). */
const MOST_PER_TICK = 20;
const LOOK_FOR_MISSING_EVERY_TICKS = 5;
const MOST_MISSING = 200;

const refreshes = counter('suitepost_token_refreshes_total', 'Scheduled token refreshes, by outcome', [
  'kind',
  'outcome',
]);

/**
 * Keeps tokens fresh ahead of their end. Ticks on every instance; what is due is claimed row by row with SKIP LOCKED, so no
 * instance leads and none is needed. The point of refresh is fixed by tenant (refresh-point.ts); the old token stays in use.
 */
@Injectable()
export class TokenRefreshSchedule {
  private readonly logger = new Logger(TokenRefreshSchedule.name);
  #running: Promise<void> | undefined;
  #ticks = 0;
  #stopping = false;

  constructor(
    private readonly leasedTokens: LeasedTokens,
    private readonly suiteTokens: SuiteTokensService,
    private readonly corpTokens: CorpTokensService,
    private readonly authorizations: AuthorizationsService,
    private readonly missingTokens: MissingTokens,
  ) {}

  /** Skipped while the tick before still runs. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    if (this.#running !== undefined || this.#stopping) return;
    this.#running = this.#round()
      .catch((error: unknown) => {
        refreshes.inc({ kind: 'none', outcome: 'tick_failed' });
        this.logger.error({ err: error }, 'tick of the token refresh failed');
      })
      .finally(() => {
        this.#running = undefined;
      });
    await this.#running;
  }

  /** Drains before the pool closes. */
  async onModuleDestroy(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #round(): Promise<void> {
    if (this.#ticks++ % LOOK_FOR_MISSING_EVERY_TICKS === 0) await this.missingTokens.plan(MOST_MISSING);
    // Suite tokens first: corp tokens are fetched with them.
    for (const kind of ['provider', 'suite', 'corp'] satisfies TokenKind[]) {
      const leases = await this.leasedTokens.claimDue(kind, MOST_PER_TICK);
      await Promise.all(leases.map((lease) => this.#refresh(lease)));
    }
  }

  async #refresh(lease: TokenLease): Promise<void> {
    const { kind } = lease.key;
    try {
      const replaced = await (kind === 'corp' ? this.corpTokens : this.suiteTokens).refresh(lease);
      refreshes.inc({ kind, outcome: replaced ? 'refreshed' : 'lost' });
    } catch (error) {
      refreshes.inc({ kind, outcome: 'failed' });
      this.logger.warn({ ...lease.key, err: error }, 'scheduled token refresh failed');
      if (error instanceof AuthorizationRefused) await this.#verify(lease);
    }
  }

  /** Nobody waits for this token, so nobody else would notice that the corp has cancelled (40084, 48004). */
  async #verify({ key: { corpId, suiteId } }: TokenLease): Promise<void> {
    await this.authorizations.pullInfo(corpId, suiteId).catch((error: unknown) => {
      this.logger.warn({ corpId, suiteId, err: error }, 'refused authorization could not be verified');
    });
  }
}
