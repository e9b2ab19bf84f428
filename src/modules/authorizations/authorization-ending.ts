import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { LeasedTokens } from '../platform/leases/leased-tokens.js';
import { SecretBox } from '../platform/secrets/secret-box.js';
import { ActiveAuthorizations } from './active-authorizations.js';
import { authorizationMetrics } from './authorization-metrics.js';
import { isAllowedMove } from './authorization-moves.js';
import { IllegalAuthorizationMove } from './authorizations.errors.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import type { AuthorizationKey, MoveCause } from './authorizations.types.js';

type EndingCause = Extract<MoveCause, 'cancel_event' | 'cancel_confirmed' | 'info_refused'>;

/** Ends a generation for good: state, credentials, token and data key go in one commit; a tombstone stays. */
@Injectable()
export class AuthorizationEnding {
  private readonly logger = new Logger(AuthorizationEnding.name);

  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
    private readonly authorizations: AuthorizationsRepository,
    private readonly tokens: LeasedTokens,
    private readonly active: ActiveAuthorizations,
  ) {}

  /**
   * @param observed the generation that the decision is about
   * @returns false when that generation is over already
   */
  async end(
    observed: AuthorizationKey & { readonly generation: number },
    cause: EndingCause,
    evidence: Readonly<Record<string, unknown>>,
  ): Promise<boolean> {
    const { corpId, suiteId, generation } = observed;
    const key = { corpId, suiteId };
    const ended = await this.database.asCorp(corpId, async (tx) => {
      const before = await this.authorizations.lock(tx, key);
      if (!before || before.generation !== generation || before.state === 'cancelled') return false;
      if (!isAllowedMove(before.state, 'cancelled', cause)) {
        throw new IllegalAuthorizationMove(key, before.state, 'cancelled', cause);
      }
      await this.authorizations.bury(tx, key, cause);
      await this.tokens.forget(tx, { ...key, kind: 'corp', generation });
      await this.box.destroyKeys(tx, corpId, suiteId);
      await this.authorizations.record(tx, key, { generation, from: before.state, to: 'cancelled', cause, evidence });
      return true;
    });
    this.active.forget(key);
    if (ended) {
      authorizationMetrics.moves.inc({ to: 'cancelled', cause });
      this.logger.log(
        { ...key, generation, cause, ...evidence },
        'authorization cancelled, its credentials are destroyed',
      );
    }
    return ended;
  }

  /**
   * A corp we never heard of cancels: its installation may still be on its way to us. The tombstone says what came when.
   * @returns false when there is an authorization after all
   */
  async bury(key: AuthorizationKey, evidence: Readonly<Record<string, unknown>>): Promise<boolean> {
    const buried = await this.database.asCorp(key.corpId, async (tx) => {
      await this.authorizations.ensure(tx, key, 'unknown');
      const before = await this.authorizations.lock(tx, key);
      if (before?.state !== 'pending') return false;
      await this.authorizations.bury(tx, key, 'cancel_event');
      await this.authorizations.record(tx, key, {
        generation: before.generation,
        from: undefined,
        to: 'cancelled',
        cause: 'cancel_event',
        evidence,
      });
      return true;
    });
    this.active.forget(key);
    return buried;
  }
}
