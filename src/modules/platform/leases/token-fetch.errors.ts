/**
 * What a failed fetch says about trying again:
 * `transient`: nobody answered, or the answer was about everybody (busy, our address not allowed): soon again;
 * `refused`: WeCom refused this request;
 * `credential`: WeCom refused the credential itself. Repeating a wrong secret gets our address banned for an hour, for all
 * tenants (d:90455, help on 45009), so the third in a row opens the breaker.
 */
export type TokenFailure = 'transient' | 'refused' | 'credential';

/** A fetch that went wrong in a way the breaker of that token has to count. Carries codes only; `cause` is for the log. */
export class TokenFetchFailed extends Error {
  constructor(
    readonly failure: TokenFailure,
    readonly errcode: number | undefined,
    options?: ErrorOptions,
  ) {
    super(errcode === undefined ? 'no answer' : `errcode ${errcode}`, options);
    this.name = 'TokenFetchFailed';
  }
}
