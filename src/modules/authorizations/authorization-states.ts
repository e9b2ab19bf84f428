import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { ActiveAuthorizations } from './active-authorizations.js';
import { authorizationMetrics } from './authorization-metrics.js';
import { isAllowedMove } from './authorization-moves.js';
import { AuthorizationNotFound, IllegalAuthorizationMove } from './authorizations.errors.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import type { AuthorizationKey, AuthorizationState, MoveCause } from './authorizations.types.js';

export interface AuthorizationMove extends AuthorizationKey {
  readonly to: Exclude<AuthorizationState, 'pending' | 'cancelled'>;
  readonly cause: MoveCause;
  /** What proves it, for support: errcode, event time … Never a secret. */
  readonly evidence: Readonly<Record<string, unknown>>;
  /** What was observed belongs to this generation; a newer one is not touched. */
  readonly generation?: number;
}

/** Moves authorizations between states, only as the table allows, each move with its cause in the history. */
@Injectable()
export class AuthorizationStates {
  private readonly logger = new Logger(AuthorizationStates.name);

  constructor(
    private readonly database: Database,
    private readonly authorizations: AuthorizationsRepository,
    private readonly active: ActiveAuthorizations,
  ) {}

  leadsTo(from: AuthorizationState, to: AuthorizationState, cause: MoveCause): boolean {
    return isAllowedMove(from, to, cause);
  }

  /**
   * @returns false when it is in that state already, or a newer generation began
   * @throws AuthorizationNotFound, IllegalAuthorizationMove
   */
  async move({ to, cause, evidence, generation, ...key }: AuthorizationMove): Promise<boolean> {
    const moved = await this.database.asCorp(key.corpId, async (tx) => {
      const before = await this.authorizations.lock(tx, key);
      if (!before) throw new AuthorizationNotFound();
      if (before.state === to || (generation !== undefined && before.generation !== generation)) return false;
      if (!isAllowedMove(before.state, to, cause)) throw new IllegalAuthorizationMove(key, before.state, to, cause);
      await this.authorizations.setState(tx, key, to, reasonOf(cause, evidence));
      await this.authorizations.record(tx, key, {
        generation: before.generation,
        from: before.state,
        to,
        cause,
        evidence,
      });
      return true;
    });
    this.active.forget(key);
    if (moved) {
      authorizationMetrics.moves.inc({ to, cause });
      this.logger.log({ ...key, to, cause, ...evidence }, 'authorization moved');
    }
    return moved;
  }
}

function reasonOf(cause: MoveCause, { errcode }: Readonly<Record<string, unknown>>): string {
  return errcode === undefined ? cause : `${cause} ${String(errcode)}`;
}
