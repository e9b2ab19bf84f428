import { Injectable, Logger } from '@nestjs/common';
import { callWithToken } from '../platform/leases/call-with-token.js';
import { LeasedTokens } from '../platform/leases/leased-tokens.js';
import { TokenFetchFailed } from '../platform/leases/token-fetch.errors.js';
import type { HeldToken, IssuedToken, TokenId, TokenSource } from '../platform/leases/token-key.js';
import type { TokenLease } from '../platform/leases/token-rows.js';
import { TokenUnavailable } from '../platform/leases/token-unavailable.errors.js';
import type { Secret } from '../platform/secrets/secret.js';
import { SuiteApi } from '../wecom/suite-api.js';
import { isSuiteTicketRejected, isTokenRejected } from '../wecom/wecom.errors.js';
import { SuiteCredentials } from './suite-credentials.js';
import { type NewestTicket, SuiteTicketsService, TICKET_VALID_SECONDS } from './suite-tickets.service.js';
import { tokenFetchFailed } from './token-failure.errors.js';

/** Pushes come every ten minutes; an operator can push one from the console at any time. */
const ASK_AGAIN_SECONDS = 60;
const NOT_CONFIGURED_SECONDS = 3_600;
const TICKET_REFUSED = 40085;

/** Tokens to act as a suite or as the provider (d:90600, d:91200). */
@Injectable()
export class SuiteTokensService {
  private readonly logger = new Logger(SuiteTokensService.name);

  constructor(
    private readonly leasedTokens: LeasedTokens,
    private readonly credentials: SuiteCredentials,
    private readonly tickets: SuiteTicketsService,
    private readonly suiteApi: SuiteApi,
  ) {}

  /** @throws TokenUnavailable; `no_suite_ticket` says for how long none has come */
  async suiteToken(suiteId: string): Promise<HeldToken> {
    const id = suiteTokenId(suiteId);
    try {
      return this.leasedTokens.peek(id) ?? (await this.leasedTokens.hold(id, this.#suiteSource(suiteId)));
    } catch (error) {
      if (error instanceof TokenUnavailable && error.errcode === TICKET_REFUSED) {
        throw noTicket(suiteId, await this.tickets.newest(suiteId), error);
      }
      throw error;
    }
  }

  /** @throws TokenUnavailable */
  async providerToken(providerCorpId: string): Promise<HeldToken> {
    return this.leasedTokens.hold(providerTokenId(providerCorpId), this.#providerSource(providerCorpId));
  }

  /** Makes a call with the suite token; refused for its token (40082, 42009), it is repeated once with a new one. */
  async withSuiteToken<T>(suiteId: string, call: (token: Secret) => Promise<T>): Promise<T> {
    return callWithToken(
      {
        hold: () => this.suiteToken(suiteId),
        invalidate: (version) => this.leasedTokens.invalidate(suiteTokenId(suiteId), version),
      },
      ({ token }) => call(token),
      isTokenRejected,
    );
  }

  /** Refreshes a suite or provider token that the schedule has claimed. */
  refresh(lease: TokenLease): Promise<boolean> {
    const { kind, suiteId } = lease.key;
    return this.leasedTokens.refresh(
      lease,
      kind === 'provider' ? this.#providerSource(suiteId) : this.#suiteSource(suiteId),
    );
  }

  #suiteSource(suiteId: string): TokenSource {
    return {
      generation: async () => 0,
      prepare: async () => {
        await this.#usableTicket(suiteId);
      },
      fetch: () => this.#fetchSuiteToken(suiteId),
    };
  }

  async #fetchSuiteToken(suiteId: string): Promise<IssuedToken> {
    const suiteSecret = await this.credentials.suiteSecret(suiteId);
    if (suiteSecret === null) throw notConfigured(suiteTokenId(suiteId));
    const first = await this.#usableTicket(suiteId);
    try {
      return await this.suiteApi.getSuiteToken({ suiteId, suiteSecret, suiteTicket: first.ticket });
    } catch (error) {
      if (!isSuiteTicketRejected(error)) throw tokenFetchFailed(error);
      // The ticket stays where it is (G-05). A newer one may have come while we were asking.
      const newest = await this.tickets.newest(suiteId);
      if (newest === null || newest.ticketTimeSeconds === first.ticketTimeSeconds) {
        this.logger.error(
          { suiteId, ageSeconds: Math.floor(first.ageSeconds) },
          'WeCom refuses the newest suite ticket and no newer one has come',
        );
        throw new TokenFetchFailed('refused', TICKET_REFUSED, { cause: error });
      }
      return await this.suiteApi
        .getSuiteToken({ suiteId, suiteSecret, suiteTicket: newest.ticket })
        .catch((again: unknown) => {
          throw tokenFetchFailed(again);
        });
    }
  }

  async #usableTicket(suiteId: string): Promise<NewestTicket> {
    const newest = await this.tickets.newest(suiteId);
    if (newest === null || newest.ageSeconds >= TICKET_VALID_SECONDS) throw noTicket(suiteId, newest);
    return newest;
  }

  #providerSource(providerCorpId: string): TokenSource {
    return {
      generation: async () => 0,
      fetch: async () => {
        const providerSecret = await this.credentials.providerSecret(providerCorpId);
        if (providerSecret === null) throw notConfigured(providerTokenId(providerCorpId));
        try {
          return await this.suiteApi.getProviderToken({ providerCorpId, providerSecret });
        } catch (error) {
          throw tokenFetchFailed(error);
        }
      },
    };
  }
}

function suiteTokenId(suiteId: string): TokenId {
  return { corpId: '', suiteId, kind: 'suite' };
}

function providerTokenId(providerCorpId: string): TokenId {
  return { corpId: '', suiteId: providerCorpId, kind: 'provider' };
}

function noTicket(suiteId: string, newest: NewestTicket | null, refused?: TokenUnavailable): TokenUnavailable {
  const minutes = newest && Math.floor(newest.ageSeconds / 60);
  return new TokenUnavailable(
    suiteTokenId(suiteId),
    {
      reason: 'no_suite_ticket',
      ...(refused ? { errcode: TICKET_REFUSED } : {}),
      retryAfterSeconds: ASK_AGAIN_SECONDS,
      detail:
        minutes === null
          ? `suite ${suiteId}: no suite ticket has ever come`
          : `suite ${suiteId}: no suite ticket for ${minutes} min${refused ? ', and WeCom refuses the last one' : ''}`,
    },
    refused && { cause: refused },
  );
}

function notConfigured(id: TokenId): TokenUnavailable {
  return new TokenUnavailable(id, { reason: 'not_configured', retryAfterSeconds: NOT_CONFIGURED_SECONDS });
}
