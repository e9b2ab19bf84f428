import type { Secret } from '../platform/secrets/secret.js';

export type AuthorizationState =
  /** A row exists, nothing was granted yet. */
  | 'pending'
  | 'active'
  /** WeCom refuses some or all calls until the corp pays, is verified or buys licences. */
  | 'restricted'
  /** The corp switched the app off (50003). */
  | 'disabled'
  /** WeCom withdrew the rights of an app long unused (48006). */
  | 'inactive'
  /** The permanent code does not work although nobody told us of a cancellation; the corp has to install again. */
  | 'needs_reauthorization'
  | 'cancelled';

/** Where an auth code came from; `reset` is 重新获取 secret of a customised app. */
export type AuthCodeSource = 'redirect' | 'event' | 'reset';

/** Why an authorization moved from one state to another. */
export type MoveCause =
  | 'auth_code_exchanged'
  | 'cancel_event'
  /** A late cancel_auth, confirmed by v2/get_auth_info. */
  | 'cancel_confirmed'
  | 'change_event'
  | 'info_pulled'
  | 'info_refused'
  /** A business call was refused with an errcode that concerns the whole authorization. */
  | 'errcode';

export interface AuthorizationKey {
  readonly corpId: string;
  readonly suiteId: string;
}

/** The grant of one suite by one corp. */
export interface Authorization extends AuthorizationKey {
  /** Each exchanged auth code opens a new one. 0: we know of a cancellation only. */
  readonly generation: number;
  readonly state: AuthorizationState;
  readonly stateReason: string | undefined;
  readonly agentId: number | undefined;
  readonly corpName: string | undefined;
  /** 0 installed by an admin, 1 by a member for himself (d:94496). */
  readonly authMode: number | undefined;
  /** What the app may see, as v2/get_auth_info gave it. */
  readonly privilege: Readonly<Record<string, unknown>> | undefined;
  readonly isCustomized: boolean;
  readonly installedVia: string;
  readonly authorizedAt: Date;
  /** Unix seconds on WeCom's clock when an event told us, on ours when a browser did. */
  readonly authorizedEventTime: number | undefined;
  readonly cancelledAt: Date | undefined;
  readonly infoPulledAt: Date | undefined;
}

/** What the accepting of notices reads of an authorization, at most two seconds old. */
export interface ActiveAuthorization extends AuthorizationKey {
  readonly state: AuthorizationState;
  readonly agentId: number | undefined;
  readonly generation: number;
  readonly isCustomized: boolean;
  readonly corpName: string | undefined;
}

export interface PermanentCode {
  readonly code: Secret;
  readonly generation: number;
  readonly isCustomized: boolean;
}

export interface AuthCodeToConsume {
  readonly suiteId: string;
  readonly authCode: Secret;
  readonly source: AuthCodeSource;
  /** TimeStamp of the event, Unix seconds. */
  readonly eventTimeSeconds?: number;
}

export interface ConsumedAuthCode {
  readonly corpId: string;
  readonly outcome: 'exchanged' | 'already_exchanged';
}

/** `still_authorized`: the cancellation was of an earlier generation. */
export type CancelResult = 'cancelled' | 'already_cancelled' | 'still_authorized';
