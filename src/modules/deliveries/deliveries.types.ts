/**
 * WeCom takes the same bytes for the same message at most this long (d:90372, `duplicate_check_interval`). Every body asks for it, so
 * that an attempt whose effect is unknown may be repeated.
 */
export const DUPLICATE_CHECK_SECONDS = 14_400;

/** `interactive` goes before `bulk`, within a tenant and between tenants. */
export type LaneClass = 'interactive' | 'bulk';

/** `at_most_once` never repeats a call whose effect is unknown; `at_least_once` repeats it under WeCom's duplicate check. */
export type DeliveryPolicy = 'at_least_once' | 'at_most_once';

/** `ready` and `sending` are on their way; all others are final. */
export type DeliveryState =
  | 'ready'
  | 'sending'
  | 'accepted'
  | 'partial'
  | 'rejected'
  | 'unknown'
  | 'expired'
  | 'suppressed';

/** The unit of queueing: one tenant's notices of one suite and class. */
export interface LaneKey {
  corpId: string;
  suiteId: string;
  lane: LaneClass;
}

/** One send call owed to WeCom. `body` holds the exact bytes: every attempt sends these and no others. */
export interface DeliveryDraft extends LaneKey {
  noticeId: string;
  /** Position among the calls of the notice: together they name a delivery. */
  ordinal: number;
  policy: DeliveryPolicy;
  body: Buffer;
  recipientCount: number;
  expiresInSeconds: number;
  /** `suppressed`: recorded, never sent, because WeCom would swallow it as a duplicate. Default `ready`. */
  state?: 'ready' | 'suppressed';
}

/** What became of one recipient. `accepted` means that WeCom took the message for him, not that he has read it. */
export type RecipientState =
  | 'pending'
  | 'accepted'
  | 'invalid'
  | 'unlicensed'
  | 'rejected'
  | 'unknown'
  | 'expired'
  | 'suppressed';

export interface RecipientOutcome {
  kind: 'user' | 'party' | 'tag';
  /** As it was given to us: WeCom answers in lower case, ids are case-sensitive. */
  id: string;
  state: RecipientState;
}

/** One delivery as the tenant API and support show it. */
export interface DeliveryView {
  noticeId: string;
  ordinal: number;
  state: DeliveryState;
  attempt: number;
  recipients: RecipientOutcome[];
  msgid: string | null;
  errcode: number | null;
  errmsg: string | null;
  reason: string | null;
  nextAt: Date | null;
  settledAt: Date | null;
}
