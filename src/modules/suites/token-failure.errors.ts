import { type TokenFailure, TokenFetchFailed } from '../platform/leases/token-fetch.errors.js';
import { describeErrcode } from '../wecom/errcodes.js';
import { WecomApiError, WecomError } from '../wecom/wecom.errors.js';

/**
 * Codes that mean the secret, suite or permanent code itself is wrong (d:90455). The third in a row opens the breaker of that
 * token: WeCom bans our address for an hour, for all tenants, when a wrong secret is repeated.
 */
const CREDENTIAL_REFUSED = new Set([40001, 40080, 40083, 40084, 40091, 48004]);

/** A failure of a token call, as the breaker has to count it; anything that is not WeCom's goes on unchanged. */
export function tokenFetchFailed(error: unknown): unknown {
  if (error instanceof WecomApiError) {
    return new TokenFetchFailed(failureOf(error.errcode), error.errcode, { cause: error });
  }
  return error instanceof WecomError ? new TokenFetchFailed('transient', undefined, { cause: error }) : error;
}

function failureOf(errcode: number): TokenFailure {
  if (CREDENTIAL_REFUSED.has(errcode)) return 'credential';
  const { call, hold } = describeErrcode(errcode);
  // Busy (-1, 6000), about our address (60020) or the suite token the call was made with: not about this token.
  return call === 'retry' || call === 'refresh_suite_token' || hold?.scope === 'suite' ? 'transient' : 'refused';
}
