import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Secret } from '../platform/secrets/secret.js';
import { SuiteTokensService } from '../suites/suite-tokens.service.js';
import { type PermanentCodeGrant, SuiteApi } from '../wecom/suite-api.js';
import { WecomApiError, WecomNetworkError, WecomTimeoutError } from '../wecom/wecom.errors.js';
import { type AuthCodeLease, AuthCodesRepository } from './auth-codes.repository.js';
import { authorizationMetrics } from './authorization-metrics.js';
import { AuthCodeLost, AuthCodePending } from './authorizations.errors.js';
import type { AuthCodeToConsume, ConsumedAuthCode } from './authorizations.types.js';
import { GrantKeeper } from './grant-keeper.js';

/** Unknown, expired or consumed before (d:90455). */
const AUTH_CODE_UNKNOWN = 40078;
/** "auth_code exceed min length 64": some other kind of code. */
const PARAMETER_INVALID = 40058;
const SYSTEM_BUSY = -1;
const DATA_CONFLICT = 6000;

/** WeCom advises at most three tries when it is busy. */
const QUICK_PAUSES_MS = [200, 800];
/** How long a caller waits for whoever else is exchanging the same code. */
const WAIT_FOR_OTHERS_MS = 15_000;
const LONGEST_PAUSE_MS = 250;
/** Between tries in the background; the code lives ten minutes. */
const RETRY_PAUSES_SECONDS = [1, 2, 5, 10, 20, 30];

/**
 * The one routine that turns an auth code into an authorization. Redirect, event and reset, repeated or at once, in any
 * process, meet on the code's row: one exchanges, the others get its result. The code works once and WeCom never repeats its
 * answer (G-04), so the answer is made durable before anything else is done with it.
 */
@Injectable()
export class AuthCodeExchange {
  private readonly logger = new Logger(AuthCodeExchange.name);

  constructor(
    private readonly codes: AuthCodesRepository,
    private readonly keeper: GrantKeeper,
    private readonly suiteTokens: SuiteTokensService,
    private readonly suiteApi: SuiteApi,
  ) {}

  /** @throws AuthCodeLost, AuthCodePending */
  async consume(request: AuthCodeToConsume): Promise<ConsumedAuthCode> {
    const { suiteId } = request;
    const codeHash = await this.codes.register(request);
    const deadlineMs = performance.now() + WAIT_FOR_OTHERS_MS;
    for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const lease = await this.codes.claim(suiteId, codeHash);
      if (lease) return this.exchange(lease);
      const { state, grantedCorpId } = await this.codes.state(suiteId, codeHash);
      if (state === 'exchanged' && grantedCorpId) return { corpId: grantedCorpId, outcome: 'already_exchanged' };
      if (state === 'reinstall_needed') throw new AuthCodeLost('used_or_expired');
      if (state === 'failed') throw new AuthCodeLost('not_an_install_code');
      if (performance.now() > deadlineMs) throw new AuthCodePending();
      await delay(pauseMs);
    }
  }

  /** Takes up what somebody left: his process died, or an earlier try failed. */
  async resume(limit: number): Promise<number> {
    const leases = await this.codes.claimOverdue(limit);
    await Promise.all(
      leases.map((lease) =>
        this.exchange(lease).catch((error: unknown) => {
          // Both are recorded where they arise; the code stays, or its verdict is in its row.
          if (!(error instanceof AuthCodePending || error instanceof AuthCodeLost)) throw error;
        }),
      ),
    );
    return leases.length;
  }

  private async exchange(lease: AuthCodeLease): Promise<ConsumedAuthCode> {
    let grant: PermanentCodeGrant;
    try {
      grant = await this.call(lease);
    } catch (error) {
      throw await this.judge(lease, error);
    }
    return this.keeper.keep(lease, grant);
  }

  /** Repeats at once only what certainly did not consume the code, or what WeCom tells us to repeat. */
  private async call(lease: AuthCodeLease): Promise<PermanentCodeGrant> {
    for (const pauseMs of QUICK_PAUSES_MS) {
      try {
        return await this.callOnce(lease);
      } catch (error) {
        if (!isWorthAnotherTryAtOnce(error)) throw error;
        await delay(pauseMs);
      }
    }
    return this.callOnce(lease);
  }

  private callOnce({ suiteId, authCode }: AuthCodeLease): Promise<PermanentCodeGrant> {
    return this.suiteTokens.withSuiteToken(suiteId, (token: Secret) => this.suiteApi.getPermanentCode(token, authCode));
  }

  private async judge(lease: AuthCodeLease, error: unknown): Promise<AuthCodeLost | AuthCodePending> {
    const errcode = error instanceof WecomApiError ? error.errcode : undefined;
    if (errcode === AUTH_CODE_UNKNOWN) return this.lost(lease, 'used_or_expired', errcode);
    if (errcode === PARAMETER_INVALID) return this.lost(lease, 'not_an_install_code', errcode);
    const pauseSeconds = RETRY_PAUSES_SECONDS[Math.min(lease.attempt, RETRY_PAUSES_SECONDS.length) - 1] ?? 1;
    const state = await this.codes.retryLater(lease, pauseSeconds, errcode);
    if (state === 'reinstall_needed') return this.reportLoss(lease, 'used_or_expired', errcode);
    authorizationMetrics.authCodes.inc({ source: lease.source, outcome: 'retry' });
    this.logger.warn(
      { ...nameOf(lease), errcode, attempt: lease.attempt, pauseSeconds, err: error },
      'auth code could not be exchanged, will be tried again',
    );
    return new AuthCodePending({ cause: error });
  }

  private async lost(
    lease: AuthCodeLease,
    loss: AuthCodeLost['loss'],
    errcode: number,
  ): Promise<AuthCodeLost | AuthCodePending> {
    const state = loss === 'used_or_expired' ? 'reinstall_needed' : 'failed';
    // Our lease ran out meanwhile: whoever has it now gives the verdict, and may hold the answer.
    if (!(await this.codes.settleLost(lease, state, errcode))) return new AuthCodePending();
    return this.reportLoss(lease, loss, errcode);
  }

  private reportLoss(lease: AuthCodeLease, loss: AuthCodeLost['loss'], errcode: number | undefined): AuthCodeLost {
    const error = new AuthCodeLost(loss);
    authorizationMetrics.authCodes.inc({ source: lease.source, outcome: error.code });
    this.logger.error(
      { ...nameOf(lease), errcode, attempt: lease.attempt, outcome: error.code },
      'auth code is lost: the corp has to remove the app and install it again',
    );
    return error;
  }
}

function isWorthAnotherTryAtOnce(error: unknown): boolean {
  if (error instanceof WecomApiError) return error.errcode === SYSTEM_BUSY || error.errcode === DATA_CONFLICT;
  return (error instanceof WecomNetworkError || error instanceof WecomTimeoutError) && error.sent === 'no';
}

/** The hash names the code in logs without giving it away. */
function nameOf({ suiteId, source, codeHash }: AuthCodeLease) {
  return { suiteId, source, codeHash: codeHash.toString('hex').slice(0, 12) };
}
