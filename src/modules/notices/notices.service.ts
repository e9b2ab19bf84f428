import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuthorizationsService } from '../authorizations/authorizations.service.js';
import type { ActiveAuthorization } from '../authorizations/authorizations.types.js';
import type { ApiCaller } from '../platform/access/api-key.types.js';
import { Database } from '../platform/database/database.js';
import { ValidationFailed } from '../platform/http/validation-problem.js';
import { SuitesService } from '../suites/suites.service.js';
import { canonicalJson, TooDeep } from './canonical-json.js';
import { IdempotencyRepository, requestName } from './idempotency.repository.js';
import type { Warning } from './message-types/message-type.js';
import { NoticeAcceptance } from './notice-acceptance.js';
import { renderCalls } from './notice-calls.js';
import { type ReadNotice, readNotice } from './notice-reader.js';
import {
  AgentUnknown,
  AuthorizationCancelled,
  AuthorizationPending,
  CorpNotFound,
  IdempotencyKeyReused,
} from './notices.errors.js';
import type { AcceptedNotice, NoticeDraft } from './notices.types.js';
import { DEFAULT_EXPIRY_SECONDS, MAX_EXPIRY_SECONDS } from './send-notice.schemas.js';
import { uuidV7 } from './uuid-v7.js';

/** Part of every fingerprint: one key must not answer for two kinds of request. */
const ROUTE = 'POST /v1/corps/:corpId/notices';
/** What can be a corp id at all; anything else is unknown without asking. */
const CORP_ID = /^[A-Za-z0-9_.@-]{1,128}$/;

/** States in which a notice is taken although nothing can be sent: an admin may mend it before the notice expires. */
const HELD: Partial<Record<ActiveAuthorization['state'], string>> = {
  restricted: 'WeCom refuses some calls for this corp; what it refuses is reported per recipient',
  disabled: 'an admin of the corp has switched the app off; the notice waits until it is on again or expires',
  inactive:
    'WeCom has withdrawn the rights of the unused app; the notice waits until an admin returns them or it expires',
  needs_reauthorization: 'the corp has to install the app again; the notice waits for that or expires',
};

export interface SendRequest {
  readonly caller: ApiCaller;
  readonly corpId: string;
  readonly idempotencyKey: string;
  readonly body: unknown;
}

/** Takes notices from product code. */
@Injectable()
export class NoticesService {
  constructor(
    private readonly suites: SuitesService,
    private readonly authorizations: AuthorizationsService,
    private readonly acceptance: NoticeAcceptance,
    private readonly idempotency: IdempotencyRepository,
    private readonly database: Database,
  ) {}

  /**
   * Checks everything, stores, and only then answers. A request that was answered before gets the same answer, also when it
   * would be refused today.
   *
   * @throws CorpNotFound, AuthorizationCancelled, AuthorizationPending, AgentUnknown, ValidationFailed,
   *   IdempotencyKeyReused, TooManyWaiting
   */
  async send(request: SendRequest): Promise<{ notice: AcceptedNotice; replayed: boolean }> {
    const { caller, corpId, body } = request;
    const authorization = await this.visible(caller, corpId);
    const fingerprint = fingerprintOf(body);
    let draft: NoticeDraft;
    try {
      refuseEnded(authorization);
      const suite = await this.suites.get(caller.suiteId);
      draft = draftOf(request, authorization, readNotice(body, suite), fingerprint);
    } catch (refusal) {
      const kept = await this.keptAnswer(request, fingerprint);
      if (kept) return { notice: kept, replayed: true };
      throw refusal;
    }
    const result = await this.acceptance.accept(draft);
    if (result.kind === 'key_reused') throw new IdempotencyKeyReused();
    return { notice: result.notice, replayed: result.kind === 'replayed' };
  }

  /**
   * The authorization the caller may act for, in whatever state.
   * @throws CorpNotFound, the same for a corp that is not there and for one that is somebody else's
   */
  async visible({ suiteId, boundCorpId }: ApiCaller, corpId: string): Promise<ActiveAuthorization> {
    if (!CORP_ID.test(corpId) || (boundCorpId !== null && boundCorpId !== corpId)) throw new CorpNotFound();
    const authorization = await this.authorizations.activeAuthorization(corpId, suiteId);
    if (!authorization) throw new CorpNotFound();
    return authorization;
  }

  /** Only looked for when a request is about to be refused. */
  private async keptAnswer(request: SendRequest, fingerprint: string): Promise<AcceptedNotice | undefined> {
    const { corpId, idempotencyKey, caller } = request;
    const asked = { corpId, suiteId: caller.suiteId, idempotencyKey };
    const kept = await this.database.asCorp(corpId, (tx) => this.idempotency.kept(tx, [asked]));
    const answer = kept.get(requestName(asked));
    return answer?.fingerprint === fingerprint ? answer.notice : undefined;
  }
}

function draftOf(
  { caller, corpId, idempotencyKey }: SendRequest,
  authorization: ActiveAuthorization,
  notice: ReadNotice,
  fingerprint: string,
): NoticeDraft {
  if (notice.type.agentId && authorization.agentId === undefined) throw new AgentUnknown();
  const id = uuidV7();
  const { options } = notice;
  return {
    id,
    corpId,
    suiteId: caller.suiteId,
    apiKeyId: caller.keyId,
    idempotencyKey,
    fingerprint,
    msgtype: notice.type.msgtype,
    lane: options.priority ?? 'interactive',
    policy: options.policy ?? 'at_least_once',
    calls: renderCalls(notice, id, authorization.agentId),
    onDuplicate: options.on_duplicate ?? 'suppress',
    expires: expiryOf(options.expires_at, options.expires_in_seconds),
    warnings: [...notice.warnings, ...stateWarnings(authorization)],
  };
}

function refuseEnded({ state }: ActiveAuthorization): void {
  if (state === 'cancelled') throw new AuthorizationCancelled();
  if (state === 'pending') throw new AuthorizationPending();
}

function stateWarnings({ state }: ActiveAuthorization): Warning[] {
  const message = HELD[state];
  return message ? [{ field: 'corp', rule: `authorization_${state}`, message }] : [];
}

function expiryOf(at: string | undefined, inSeconds: number | undefined): NoticeDraft['expires'] {
  if (at === undefined) return { inSeconds: inSeconds ?? DEFAULT_EXPIRY_SECONDS };
  const time = new Date(at);
  const aheadSeconds = (time.getTime() - Date.now()) / 1000;
  if (aheadSeconds > 0 && aheadSeconds <= MAX_EXPIRY_SECONDS) return { at: time };
  throw new ValidationFailed([
    {
      field: 'options.expires_at',
      rule: 'near_future',
      message: 'must be in the future and at most 7 days ahead',
      limit: `${MAX_EXPIRY_SECONDS} seconds ahead`,
      given: `${Math.round(aheadSeconds)} seconds ahead`,
    },
  ]);
}

/** @throws ValidationFailed for a body nested too deep to be any message */
function fingerprintOf(body: unknown): string {
  try {
    return hash('sha256', `${ROUTE}\n${canonicalJson(body)}`, 'hex');
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    throw new ValidationFailed([{ field: 'body', rule: 'depth', message: `must not be ${error.message}` }]);
  }
}
