import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { Jobs } from '../platform/jobs/jobs.js';
import { ActiveAuthorizations } from './active-authorizations.js';
import { AuthCodeExchange } from './auth-code-exchange.js';
import { AuthorizationCancellation } from './authorization-cancellation.js';
import { AuthorizationInfoService, PULL_INFO } from './authorization-info.js';
import { type AuthorizationMove, AuthorizationStates } from './authorization-states.js';
import { AuthorizationNotActive } from './authorizations.errors.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import type {
  ActiveAuthorization,
  AuthCodeToConsume,
  Authorization,
  AuthorizationState,
  CancelResult,
  ConsumedAuthCode,
  PermanentCode,
} from './authorizations.types.js';

/** States without a permanent code, or with one that WeCom refused. */
const WITHOUT_USABLE_CODE: readonly AuthorizationState[] = ['pending', 'needs_reauthorization', 'cancelled'];

/** Whether WeCom may be asked for a token in this state. */
export function hasUsableCode({ state }: Pick<Authorization, 'state'>): boolean {
  return !WITHOUT_USABLE_CODE.includes(state);
}

/** What other modules may ask of authorizations. */
@Injectable()
export class AuthorizationsService {
  constructor(
    private readonly database: Database,
    private readonly authorizations: AuthorizationsRepository,
    private readonly exchange: AuthCodeExchange,
    private readonly info: AuthorizationInfoService,
    private readonly cancellation: AuthorizationCancellation,
    private readonly states: AuthorizationStates,
    private readonly active: ActiveAuthorizations,
    private readonly jobs: Jobs,
  ) {}

  find(corpId: string, suiteId: string): Promise<Authorization | null> {
    return this.database.asCorp(corpId, (tx) => this.authorizations.find(tx, { corpId, suiteId }));
  }

  forCorp(corpId: string): Promise<Authorization[]> {
    return this.database.asCorp(corpId, (tx) => this.authorizations.forCorp(tx, corpId));
  }

  /** For the accepting of notices: from memory, at most two seconds old; null when the corp never authorised the suite. */
  activeAuthorization(corpId: string, suiteId: string): Promise<ActiveAuthorization | null> {
    return this.active.get({ corpId, suiteId });
  }

  /** @throws AuthorizationNotFound, AuthorizationNotActive */
  async permanentCode(corpId: string, suiteId: string): Promise<PermanentCode> {
    const { code, generation, isCustomized, authorization } = await this.info.storedCode({ corpId, suiteId });
    if (!hasUsableCode(authorization)) throw new AuthorizationNotActive(authorization.state);
    return { code, generation, isCustomized };
  }

  /**
   * Turns an auth code into an authorization, exactly once however often and from wherever it comes.
   * @throws AuthCodeLost, AuthCodePending
   */
  consumeAuthCode(request: AuthCodeToConsume): Promise<ConsumedAuthCode> {
    return this.exchange.consume(request);
  }

  /**
   * @param cancelled.eventTimeSeconds TimeStamp of the cancel_auth
   * @throws WecomError when an older cancellation has to be confirmed and WeCom cannot be asked
   */
  cancel(cancelled: { corpId: string; suiteId: string; eventTimeSeconds: number }): Promise<CancelResult> {
    const { corpId, suiteId, eventTimeSeconds } = cancelled;
    return this.cancellation.cancel({ corpId, suiteId }, eventTimeSeconds);
  }

  /** WeCom announced a change of scope, rights or state. @throws AuthorizationNotFound, AuthorizationNotActive, WecomError */
  recordChange(corpId: string, suiteId: string): Promise<void> {
    return this.info.pull({ corpId, suiteId }, 'change_event');
  }

  /** @throws AuthorizationNotFound, AuthorizationNotActive, WecomError */
  pullInfo(corpId: string, suiteId: string): Promise<void> {
    return this.info.pull({ corpId, suiteId }, 'info_pulled');
  }

  /**
   * A business call was refused as if the corp had cancelled (40084, 48004): asks WeCom in the background with the newest code.
   * Refused again moves the authorization; otherwise `info_pulled_at` shows that it stands.
   */
  async verifySoon(corpId: string, suiteId: string): Promise<void> {
    await this.jobs.send(PULL_INFO, { corpId, suiteId });
  }

  /** @throws AuthorizationNotFound, IllegalAuthorizationMove */
  move(move: AuthorizationMove): Promise<boolean> {
    return this.states.move(move);
  }
}
