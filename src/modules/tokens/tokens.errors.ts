import type { TokenId } from '../platform/leases/token-key.js';
import { TokenUnavailable } from '../platform/leases/token-unavailable.errors.js';

/**
 * WeCom refuses the permanent code (40084) or the authorization (48004): no token until the authorization was verified against
 * the newest permanent code; refused again means cancelled (G-08). Also thrown, without asking WeCom, while the pause lasts.
 */
export class AuthorizationRefused extends TokenUnavailable {
  constructor(
    id: TokenId,
    readonly refusedWith: number,
    retryAfterSeconds: number,
    options?: ErrorOptions,
  ) {
    super(
      id,
      {
        reason: 'cooling_down',
        errcode: refusedWith,
        retryAfterSeconds,
        detail: `WeCom refuses this authorization (errcode ${refusedWith}); it has to be verified`,
      },
      options,
    );
  }
}
