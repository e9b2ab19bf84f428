import type { DeliveryPolicy, LaneClass } from '../deliveries/deliveries.types.js';
import type { Warning } from './message-types/message-type.js';
import type { Calls } from './notice-calls.js';

/** Everything about one notice that is ready to be stored. */
export interface NoticeDraft {
  readonly id: string;
  readonly corpId: string;
  readonly suiteId: string;
  readonly apiKeyId: string;
  readonly idempotencyKey: string;
  /** SHA-256 of the request, as hex. */
  readonly fingerprint: string;
  readonly msgtype: string;
  readonly lane: LaneClass;
  readonly policy: DeliveryPolicy;
  readonly calls: Calls;
  readonly onDuplicate: 'suppress' | 'allow';
  /** A time on the caller's clock, or seconds from acceptance on the database's. */
  readonly expires: { readonly at: Date } | { readonly inSeconds: number };
  readonly warnings: readonly Warning[];
}

/** What acceptance answered, now or the first time. */
export interface AcceptedNotice {
  readonly id: string;
  /** `suppressed` when every call of it would be swallowed as a duplicate. */
  readonly state: 'queued' | 'suppressed';
  readonly deliveries: number;
  readonly recipients: number;
  readonly duplicateOf: string | null;
  readonly warnings: readonly Warning[];
}

export type AcceptResult =
  | { readonly kind: 'accepted' | 'replayed'; readonly notice: AcceptedNotice }
  /** The idempotency key stands for another request. */
  | { readonly kind: 'key_reused' };

/** A notice as stored, without its deliveries. */
export interface StoredNotice {
  readonly id: string;
  readonly corpId: string;
  readonly suiteId: string;
  readonly msgtype: string;
  readonly lane: LaneClass;
  readonly policy: DeliveryPolicy;
  readonly recipientCount: number;
  readonly duplicateOf: string | null;
  readonly warnings: readonly Warning[] | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}
