import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Database, type Tx } from '../platform/database/database.js';
import { DatabaseError } from '../platform/database/database-error.js';
import { Jobs } from '../platform/jobs/jobs.js';
import { LeasedTokens } from '../platform/leases/leased-tokens.js';
import { SecretBox } from '../platform/secrets/secret-box.js';
import type { PermanentCodeGrant } from '../wecom/suite-api.js';
import { ActiveAuthorizations } from './active-authorizations.js';
import { type AuthCodeLease, AuthCodesRepository } from './auth-codes.repository.js';
import { PULL_INFO } from './authorization-info.js';
import { authorizationMetrics } from './authorization-metrics.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import type { AuthorizationKey, ConsumedAuthCode } from './authorizations.types.js';
import { permanentCodePlace } from './permanent-code-place.js';

/** While the database is away the only copy of the permanent code is in our memory: keep at it for about a minute. */
const COMMIT_PAUSES_MS = [50, 100, 200, 400, 800, ...Array<number>(29).fill(2_000)];

/** Makes the answer of an exchange durable, then does what follows from it. */
@Injectable()
export class GrantKeeper {
  private readonly logger = new Logger(GrantKeeper.name);

  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
    private readonly codes: AuthCodesRepository,
    private readonly authorizations: AuthorizationsRepository,
    private readonly tokens: LeasedTokens,
    private readonly jobs: Jobs,
    private readonly active: ActiveAuthorizations,
  ) {}

  async keep(lease: AuthCodeLease, grant: PermanentCodeGrant): Promise<ConsumedAuthCode> {
    const key = { corpId: grant.corp.corpId, suiteId: lease.suiteId };
    const generation = await this.commitUntilItHolds(key, lease, grant);
    this.active.forget(key);
    if (generation === undefined) return { corpId: key.corpId, outcome: 'already_exchanged' };
    authorizationMetrics.authCodes.inc({ source: lease.source, outcome: 'exchanged' });
    authorizationMetrics.moves.inc({ to: 'active', cause: 'auth_code_exchanged' });
    this.logger.log({ ...key, generation, source: lease.source }, 'authorization granted');
    await this.follow(key, generation, grant);
    return { corpId: key.corpId, outcome: 'exchanged' };
  }

  private async commitUntilItHolds(
    key: AuthorizationKey,
    lease: AuthCodeLease,
    grant: PermanentCodeGrant,
  ): Promise<number | undefined> {
    for (const pauseMs of COMMIT_PAUSES_MS) {
      try {
        return await this.commit(key, lease, grant);
      } catch (error) {
        this.logger.error({ ...key, err: error }, 'permanent code is not stored yet, trying again');
        if (!(error instanceof DatabaseError)) throw error;
        await delay(pauseMs);
      }
    }
    return this.commit(key, lease, grant);
  }

  /**
   * The permanent code, its data key and its generation in one commit, and nothing else: names and texts of the answer could
   * make it fail (a NUL character is enough), and it cannot be asked for again (G-04).
   * @returns the new generation; undefined when an earlier try of this commit had held after all
   */
  private commit(key: AuthorizationKey, lease: AuthCodeLease, grant: PermanentCodeGrant): Promise<number | undefined> {
    return this.database.asCorp(key.corpId, async (tx) => {
      if ((await this.codes.lock(tx, lease)).state === 'exchanged') return undefined;
      await this.authorizations.ensure(tx, key, lease.source);
      const before = await this.authorizations.lock(tx, key);
      const generation = (before?.generation ?? 0) + 1;
      const sealedCode = await this.box.seal(tx, permanentCodePlace(key, generation), grant.permanentCode);
      await this.authorizations.grant(tx, key, {
        generation,
        sealedCode,
        installedVia: lease.source,
        eventTimeSeconds: lease.eventTimeSeconds,
      });
      await this.authorizations.record(tx, key, {
        generation,
        from: before?.state,
        to: 'active',
        cause: 'auth_code_exchanged',
        evidence: { source: lease.source, eventTimeSeconds: lease.eventTimeSeconds },
      });
      await this.codes.settleExchanged(tx, lease, key.corpId);
      return generation;
    });
  }

  /** Nothing here may undo the grant: what fails is found again by the sweep, or made on demand. */
  private async follow(key: AuthorizationKey, generation: number, grant: PermanentCodeGrant): Promise<void> {
    const steps: readonly (() => Promise<void>)[] = [
      () => this.inCorp(key, (tx) => this.tokens.plan(tx, { ...key, kind: 'corp', generation })),
      () =>
        this.inCorp(key, (tx) =>
          this.authorizations.describe(tx, key, generation, {
            corpName: grant.corp.corpName,
            authUser: grant.user,
          }),
        ),
      () => this.jobs.send(PULL_INFO, key),
    ];
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        this.logger.warn({ ...key, generation, err: error }, 'a step after the grant failed and will be made up for');
      }
    }
  }

  private inCorp(key: AuthorizationKey, work: (tx: Tx) => Promise<void>): Promise<void> {
    return this.database.asCorp(key.corpId, work);
  }
}
