import type { AuthorizationState, MoveCause } from './authorizations.types.js';

type Moves = { readonly [To in AuthorizationState]?: readonly MoveCause[] };

const EXCHANGED: readonly MoveCause[] = ['auth_code_exchanged'];
const CANCELLED: readonly MoveCause[] = ['cancel_event', 'cancel_confirmed', 'info_refused'];
/** States that a refused business call can reveal. */
const REVEALED: Moves = {
  restricted: ['errcode'],
  disabled: ['errcode'],
  inactive: ['errcode'],
  needs_reauthorization: ['errcode', 'info_refused'],
  cancelled: CANCELLED,
};

/** From state, to state, for which causes. Everything that is not here is refused. */
export const AUTHORIZATION_MOVES: { readonly [From in AuthorizationState]: Moves } = {
  pending: { active: EXCHANGED, cancelled: CANCELLED },
  active: REVEALED,
  restricted: { ...REVEALED, active: ['auth_code_exchanged', 'change_event'] },
  // WeCom announces a switched-on app by change_auth (d:100964).
  disabled: { ...REVEALED, active: ['auth_code_exchanged', 'change_event'] },
  inactive: { ...REVEALED, active: ['auth_code_exchanged', 'change_event'] },
  needs_reauthorization: { active: ['auth_code_exchanged', 'info_pulled', 'change_event'], cancelled: CANCELLED },
  // Only a new generation brings a cancelled authorization back: its credentials are gone.
  cancelled: { active: EXCHANGED },
};

export function isAllowedMove(from: AuthorizationState, to: AuthorizationState, cause: MoveCause): boolean {
  return AUTHORIZATION_MOVES[from][to]?.includes(cause) ?? false;
}
