import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { AuthorizationEnding } from './authorization-ending.js';
import { AuthorizationInfoService } from './authorization-info.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import type { Authorization, AuthorizationKey, CancelResult } from './authorizations.types.js';

/** When a browser brought the auth code, we know the time of the grant by our clock only, which may differ from WeCom's. */
const CLOCK_TOLERANCE_SECONDS = 600;
/** Each round ends because a generation began meanwhile; corps do not install several times a second. */
const MAX_ROUNDS = 5;

/**
 * Decides what a cancel_auth means. Pushes overtake each other, and a corp can install again within the same second (G-08): only
 * a cancellation that is certainly newer than the present generation counts on its own; any other is confirmed by WeCom first.
 */
@Injectable()
export class AuthorizationCancellation {
  private readonly logger = new Logger(AuthorizationCancellation.name);

  constructor(
    private readonly database: Database,
    private readonly authorizations: AuthorizationsRepository,
    private readonly info: AuthorizationInfoService,
    private readonly ending: AuthorizationEnding,
  ) {}

  /** @throws WecomError when it has to be confirmed and WeCom cannot be asked: try again later */
  async cancel(key: AuthorizationKey, eventTimeSeconds: number): Promise<CancelResult> {
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const present = await this.database.asCorp(key.corpId, (tx) => this.authorizations.find(tx, key));
      const result = present
        ? await this.cancelPresent(present, eventTimeSeconds)
        : (await this.ending.bury(key, { eventTimeSeconds })) && 'cancelled';
      if (result) return result;
    }
    throw new Error('the authorization changed during every attempt to cancel it');
  }

  private async cancelPresent(present: Authorization, eventTimeSeconds: number): Promise<CancelResult | false> {
    if (present.state === 'cancelled') return 'already_cancelled';
    const evidence = { eventTimeSeconds, authorizedEventTime: present.authorizedEventTime };
    if (isCertainlyNewer(eventTimeSeconds, present)) {
      return (await this.ending.end(present, 'cancel_event', evidence)) && 'cancelled';
    }
    const { generation, authorized } = await this.info.isStillAuthorized(present);
    if (generation !== present.generation) return false;
    if (authorized) {
      const { corpId, suiteId } = present;
      this.logger.log(
        { corpId, suiteId, generation, ...evidence },
        'a cancellation of an earlier generation is ignored',
      );
      return 'still_authorized';
    }
    return (await this.ending.end(present, 'cancel_confirmed', evidence)) && 'cancelled';
  }
}

/** In the same second either may have come first: WeCom's clock has no finer unit. */
function isCertainlyNewer(eventTimeSeconds: number, { authorizedEventTime, installedVia }: Authorization): boolean {
  if (authorizedEventTime === undefined) return false;
  const tolerance = installedVia === 'redirect' ? CLOCK_TOLERANCE_SECONDS : 0;
  return eventTimeSeconds > authorizedEventTime + tolerance;
}
