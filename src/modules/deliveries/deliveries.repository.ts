import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/database/database.js';
import type { DeliveryDraft, DeliveryState, DeliveryView } from './deliveries.types.js';
import type { RefusedRecipients } from './delivery-outcome.js';
import { recipientOutcomes } from './recipient-outcomes.js';

const INSERT = `
  INSERT INTO deliveries (corp_id, notice_id, ordinal, suite_id, lane, policy, state, body, recipient_count, expires_at, settled_at)
  SELECT corp_id, notice_id, ordinal, suite_id, lane, policy, state, body, recipient_count,
    now() + expires_in * interval '1 second', CASE state WHEN 'suppressed' THEN now() END
  FROM unnest($1::text[], $2::uuid[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::integer[],
    $10::float8[])
    AS d(corp_id, notice_id, ordinal, suite_id, lane, policy, state, body, recipient_count, expires_in)`;

const OF_NOTICES = `
  SELECT notice_id, ordinal, state, attempt, body, msgid, errcode, errmsg, reason, result,
    CASE state WHEN 'ready' THEN next_at END AS next_at, settled_at
  FROM deliveries WHERE corp_id = $1 AND notice_id = ANY ($2::uuid[]) ORDER BY notice_id, ordinal`;

interface DeliveryRow {
  notice_id: string;
  ordinal: number;
  state: DeliveryState;
  attempt: number;
  body: Buffer;
  msgid: string | null;
  errcode: number | null;
  errmsg: string | null;
  reason: string | null;
  result: RefusedRecipients | null;
  next_at: Date | null;
  settled_at: Date | null;
}

@Injectable()
export class DeliveriesRepository {
  async insert(tx: Tx, drafts: readonly DeliveryDraft[]): Promise<void> {
    await tx.count(INSERT, [
      drafts.map((draft) => draft.corpId),
      drafts.map((draft) => draft.noticeId),
      drafts.map((draft) => draft.ordinal),
      drafts.map((draft) => draft.suiteId),
      drafts.map((draft) => draft.lane),
      drafts.map((draft) => draft.policy),
      drafts.map((draft) => draft.state ?? 'ready'),
      drafts.map((draft) => draft.body),
      drafts.map((draft) => draft.recipientCount),
      drafts.map((draft) => draft.expiresInSeconds),
    ]);
  }

  async ofNotices(tx: Tx, corpId: string, noticeIds: readonly string[]): Promise<DeliveryView[]> {
    const rows = await tx.rows<DeliveryRow>(OF_NOTICES, [corpId, noticeIds]);
    return rows.map((row) => ({
      noticeId: row.notice_id,
      ordinal: row.ordinal,
      state: row.state,
      attempt: row.attempt,
      recipients: recipientOutcomes(row.body, row.state, row.result),
      msgid: row.msgid,
      errcode: row.errcode,
      errmsg: row.errmsg,
      reason: row.reason,
      nextAt: row.next_at,
      settledAt: row.settled_at,
    }));
  }
}
