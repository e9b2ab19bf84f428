import { Injectable } from '@nestjs/common';
import { AuthorizationsService } from '../authorizations/authorizations.service.js';
import { callWithToken } from '../platform/leases/call-with-token.js';
import { LeasedTokens } from '../platform/leases/leased-tokens.js';
import type { HeldToken, TokenId, TokenSource } from '../platform/leases/token-key.js';
import type { TokenLease } from '../platform/leases/token-rows.js';
import { TokenUnavailable } from '../platform/leases/token-unavailable.errors.js';
import type { Secret } from '../platform/secrets/secret.js';
import { SuiteTokensService } from '../suites/suite-tokens.service.js';
import { describeErrcode } from '../wecom/errcodes.js';
import { SuiteApi } from '../wecom/suite-api.js';
import { isTokenRejected } from '../wecom/wecom.errors.js';
import { type CorpTokenServices, CorpTokenSource } from './corp-token.source.js';
import { AuthorizationRefused } from './tokens.errors.js';

export interface AuthorizationId {
  readonly corpId: string;
  readonly suiteId: string;
}

/** Tokens to act in a corp (d:90605). How they are kept fresh: platform/leases/leased-tokens.ts. */
@Injectable()
export class CorpTokensService {
  readonly #services: CorpTokenServices;

  constructor(
    private readonly leasedTokens: LeasedTokens,
    authorizations: AuthorizationsService,
    suiteTokens: SuiteTokensService,
    suiteApi: SuiteApi,
  ) {
    this.#services = { authorizations, suiteTokens, suiteApi };
  }

  /**
   * A token that lives: from memory in nearly every call, fetched when there is none.
   * @throws AuthorizationNotActive, AuthorizationRefused, TokenUnavailable
   */
  async tokenFor(authorization: AuthorizationId): Promise<HeldToken> {
    const id = idOf(authorization);
    return this.leasedTokens.peek(id) ?? this.#hold(id);
  }

  /** A send is coming: the token is read meanwhile, if it is not in memory. What goes wrong shows when it is asked for. */
  warm(authorization: AuthorizationId): void {
    if (this.leasedTokens.peek(idOf(authorization)) === undefined) this.tokenFor(authorization).catch(() => undefined);
  }

  /**
   * Makes a call with the corp's token. Refused for its token (40014, 42001), that version is invalidated, a new one fetched once
   * and the call repeated once; what comes then stands.
   * @param isRejected for a call that returns WeCom's errcode instead of throwing it (message/send)
   */
  async withCorpToken<T>(
    authorization: AuthorizationId,
    call: (token: Secret, version: number) => Promise<T>,
    isRejected?: (result: T) => boolean,
  ): Promise<T> {
    return callWithToken(
      {
        hold: () => this.tokenFor(authorization),
        invalidate: (version) => this.invalidate(authorization, version),
      },
      ({ token, version }) => call(token, version),
      isTokenRejected,
      isRejected,
    );
  }

  /** WeCom refused this version of the token; a newer one, fetched meanwhile by anybody, stays. */
  async invalidate(authorization: AuthorizationId, version: number): Promise<void> {
    await this.leasedTokens.invalidate(idOf(authorization), version);
  }

  /** Refreshes a token that the schedule has claimed. */
  async refresh(lease: TokenLease): Promise<boolean> {
    try {
      return await this.leasedTokens.refresh(lease, this.#source(lease.key, false));
    } catch (error) {
      throw refusalOf(lease.key, error);
    }
  }

  async #hold(id: TokenId): Promise<HeldToken> {
    try {
      return await this.leasedTokens.hold(id, this.#source(id, true)).catch((error: unknown) => {
        // Installed again since the authorization was read: read it anew, once.
        if (!(error instanceof TokenUnavailable) || error.reason !== 'superseded') throw error;
        return this.leasedTokens.hold(id, this.#source(id, false));
      });
    } catch (error) {
      throw refusalOf(id, error);
    }
  }

  #source(authorization: AuthorizationId, remembered: boolean): TokenSource {
    return new CorpTokenSource(authorization, this.#services, remembered);
  }
}

function idOf({ corpId, suiteId }: AuthorizationId): TokenId {
  return { corpId, suiteId, kind: 'corp' };
}

function refusalOf(id: TokenId, error: unknown): unknown {
  if (!(error instanceof TokenUnavailable) || error.id.kind !== 'corp' || error.errcode === undefined) return error;
  return describeErrcode(error.errcode).call === 'verify_authorization'
    ? new AuthorizationRefused(id, error.errcode, error.retryAfterSeconds ?? 1, { cause: error })
    : error;
}
