import { DomainError } from '../http/domain-error.js';
import type { TokenId } from './token-key.js';

export type TokenUnavailableReason =
  /** A fetch failed, now or before, and nothing is asked of WeCom until its pause is over. */
  | 'cooling_down'
  /** Another process has been fetching it for longer than we wait. */
  | 'busy'
  /** The authorization moved on to another generation, or ended, while the token was being fetched. */
  | 'superseded'
  /** There is no usable suite ticket to get a suite token with. */
  | 'no_suite_ticket'
  /** The provider or suite has no secret registered for this call. */
  | 'not_configured';

/** No token now. Nothing was sent to WeCom with one, so whoever wanted it may try again after `retryAfterSeconds`. */
export class TokenUnavailable extends DomainError {
  readonly reason: TokenUnavailableReason;
  /** What WeCom said last; 40084 and 48004 of a corp token mean that the authorization has to be verified. */
  readonly errcode: number | undefined;

  constructor(
    readonly id: TokenId,
    why: { reason: TokenUnavailableReason; errcode?: number; retryAfterSeconds: number; detail?: string },
    options?: ErrorOptions,
  ) {
    super(
      {
        code: 'token_unavailable',
        status: 503,
        title: 'No token of WeCom can be had now',
        detail: why.detail ?? describe(id, why.reason, why.errcode),
        retryAfterSeconds: why.retryAfterSeconds,
      },
      options,
    );
    this.reason = why.reason;
    this.errcode = why.errcode;
  }
}

function describe({ kind }: TokenId, reason: TokenUnavailableReason, errcode: number | undefined): string {
  const said = errcode === undefined ? '' : `; WeCom last answered errcode ${errcode}`;
  return `${kind} token: ${reason.replaceAll('_', ' ')}${said}`;
}
