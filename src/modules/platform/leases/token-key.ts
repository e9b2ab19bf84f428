import type { Secret } from '../secrets/secret.js';

export type TokenKind = 'suite' | 'provider' | 'corp';

/** Whose token. Suite tokens have an empty corp id; a provider token has the provider's corp id as suite id. */
export interface TokenId {
  readonly corpId: string;
  readonly suiteId: string;
  readonly kind: TokenKind;
}

/** A token belongs to one generation of its authorization (0 for suites and providers): the next one starts clean. */
export interface TokenKey extends TokenId {
  readonly generation: number;
}

/** A token that may be used now. `version` names it when WeCom refuses it. */
export interface HeldToken {
  readonly token: Secret;
  readonly version: number;
  /** On the database's clock: for people to read, not to decide on. */
  readonly expiresAt: Date;
}

export interface IssuedToken {
  readonly token: Secret;
  readonly expiresInSeconds: number;
}

/** Where a token comes from. None of the three runs while a transaction or a row lock is held. */
export interface TokenSource {
  /** The current generation. Throws a DomainError when the owner may not have a token at all. */
  generation(): Promise<number>;
  /** What can be had ahead (the suite token a corp token needs), so that waiting for it does not eat the lease. */
  prepare?(): Promise<void>;
  /** The one upstream call. Throws TokenFetchFailed for everything that the tenant's breaker has to count. */
  fetch(): Promise<IssuedToken>;
}

export function tokenIdText({ kind, corpId, suiteId }: TokenId): string {
  return `${kind}\n${corpId}\n${suiteId}`;
}
