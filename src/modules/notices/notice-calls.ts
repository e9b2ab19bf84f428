import { DUPLICATE_CHECK_SECONDS } from '../deliveries/deliveries.types.js';
import { canonicalJson } from './canonical-json.js';
import type { ReadNotice } from './notice-reader.js';
import { recipientFields, splitIntoCalls } from './recipients.js';

/** The exact bytes of one message/send call. */
export interface Call {
  readonly body: Buffer;
  readonly recipientCount: number;
}

export interface Calls {
  readonly calls: readonly Call[];
  /** Of all calls together. */
  readonly recipientCount: number;
  /** Whether no other notice can have these bytes. */
  readonly unique: boolean;
  /** The same call without WeCom's duplicate check, for a sender who wants an equal one to arrive again. */
  unchecked(ordinal: number): Call;
}

/**
 * Renders a notice once and for all. The duplicate check is part of the bytes from the first attempt on, always with the same
 * interval: it is the only idempotency WeCom offers, and it compares requests (reliability.md §2.3).
 *
 * @param agentId of the authorization; only for types that name the app
 */
export function renderCalls(notice: ReadNotice, noticeId: string, agentId: number | undefined): Calls {
  const { type, recipients, translateIds, safe } = notice;
  const { message, unique } = type.render(notice.message, noticeId);
  const common = {
    agentid: type.agentId ? agentId : undefined,
    enable_id_trans: translateIds ? 1 : undefined,
    msgtype: type.msgtype,
    safe: safe === 0 ? undefined : safe,
    [type.msgtype]: message,
  };
  const parts = splitIntoCalls(recipients);
  const render = (part: (typeof parts)[number], check: object): Call => ({
    body: Buffer.from(canonicalJson({ ...common, ...recipientFields(part), ...check })),
    recipientCount: part.count,
  });
  return {
    unique,
    recipientCount: parts.reduce((sum, { count }) => sum + count, 0),
    calls: parts.map((part) =>
      render(part, { enable_duplicate_check: 1, duplicate_check_interval: DUPLICATE_CHECK_SECONDS }),
    ),
    unchecked: (ordinal) => render(parts[ordinal] as (typeof parts)[number], {}),
  };
}
