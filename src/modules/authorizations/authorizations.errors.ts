import { DomainError } from '../platform/http/domain-error.js';
import type { AuthorizationKey, AuthorizationState, MoveCause } from './authorizations.types.js';

export class AuthorizationNotFound extends DomainError {
  constructor() {
    super({ code: 'authorization_not_found', status: 404, title: 'The corp has not authorised this suite' });
  }
}

/** The corp is known, but nothing can be done for it now. */
export class AuthorizationNotActive extends DomainError {
  constructor(readonly state: AuthorizationState) {
    super({
      code: 'authorization_not_active',
      status: 409,
      title: 'The authorization is not active',
      detail: `Its state is ${state}.`,
    });
  }
}

export type AuthCodeLoss =
  /** WeCom says 40078 and we hold no answer: used elsewhere, too old, or its one answer was lost on the way (G-04). */
  | 'used_or_expired'
  /** Not a code of an installation at all, e.g. a login code (G-14). */
  | 'not_an_install_code';

/** This auth code will never give a permanent code: the corp has to install again. */
export class AuthCodeLost extends DomainError {
  constructor(readonly loss: AuthCodeLoss) {
    super({
      code: loss === 'used_or_expired' ? 'reinstall_needed' : 'not_an_install_code',
      status: 409,
      title: 'The auth code cannot be exchanged',
      detail: 'The corp has to remove the app and install it again.',
    });
  }
}

/** Not exchanged yet; it is tried again in the background until it works or expires. */
export class AuthCodePending extends DomainError {
  constructor(options?: ErrorOptions) {
    super(
      {
        code: 'auth_code_pending',
        status: 503,
        title: 'The auth code is not exchanged yet',
        detail: 'It is tried again in the background.',
        retryAfterSeconds: 5,
      },
      options,
    );
  }
}

/** A defect of ours: the table of moves does not know this one. */
export class IllegalAuthorizationMove extends Error {
  constructor(
    { corpId, suiteId }: AuthorizationKey,
    from: AuthorizationState,
    to: AuthorizationState,
    cause: MoveCause,
  ) {
    super(`authorization ${suiteId}/${corpId} cannot move from ${from} to ${to} because of ${cause}`);
    this.name = 'IllegalAuthorizationMove';
  }
}
