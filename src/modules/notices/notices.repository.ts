import { Injectable } from '@nestjs/common';
import type { DeliveryState } from '../deliveries/deliveries.types.js';
import type { Tx } from '../platform/database/database.js';
import type { NoticeDraft, StoredNotice } from './notices.types.js';

export type Duplicate = Pick<StoredNotice, 'corpId' | 'id' | 'policy'> & { readonly duplicateOf: string };

/** How many deliveries of a notice are in which state. */
export interface StateCount {
  readonly noticeId: string;
  readonly state: DeliveryState;
  readonly count: number;
}

/**
 * One statement, because round trips and plans are what a batch pays for: merging the two inserts saved a tenth of it. A key
 * that another request holds (or is about to commit) drops its row and no other.
 */
const ACCEPT = `
  WITH given AS MATERIALIZED (
    SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::text[], $8::text[],
      $9::integer[], $10::jsonb[], $11::text[], $12::float8[], $13::timestamptz[])
      AS g(corp_id, id, suite_id, key, fingerprint, msgtype, lane, policy, recipient_count, warnings, api_key_id, expires_in, expires_at)
  ), claimed AS (
    INSERT INTO idempotency_keys (corp_id, suite_id, key, fingerprint, notice_id)
    SELECT corp_id, suite_id, key, fingerprint, id FROM given
    ON CONFLICT DO NOTHING
    RETURNING corp_id, notice_id
  ), stored AS (
    INSERT INTO notices (corp_id, id, suite_id, msgtype, lane, policy, recipient_count, warnings, api_key_id, expires_at)
    SELECT g.corp_id, g.id, g.suite_id, g.msgtype, g.lane, g.policy, g.recipient_count, g.warnings, g.api_key_id,
      coalesce(g.expires_at, now() + g.expires_in * interval '1 second')
    FROM given g JOIN claimed c ON c.corp_id = g.corp_id AND c.notice_id = g.id
  )
  SELECT notice_id AS id, now() AS at FROM claimed`;

const MARK_DUPLICATES = `
  UPDATE notices n SET duplicate_of = d.duplicate_of, policy = d.policy
  FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[]) AS d(corp_id, id, duplicate_of, policy)
  WHERE n.corp_id = d.corp_id AND n.id = d.id`;

const COLUMNS = `id, corp_id AS "corpId", suite_id AS "suiteId", msgtype, lane, policy, recipient_count AS "recipientCount",
  duplicate_of AS "duplicateOf", warnings, created_at AS "createdAt", expires_at AS "expiresAt"`;

@Injectable()
export class NoticesRepository {
  /**
   * Stores the notices whose idempotency keys are free, and takes the keys. `drafts` must come in one order for all batches,
   * or two of them could wait for each other's keys.
   */
  async accept(
    tx: Tx,
    drafts: readonly NoticeDraft[],
  ): Promise<{ accepted: ReadonlySet<string>; now: Date | undefined }> {
    const rows = await tx.rows<{ id: string; at: Date }>(ACCEPT, [
      drafts.map((draft) => draft.corpId),
      drafts.map((draft) => draft.id),
      drafts.map((draft) => draft.suiteId),
      drafts.map((draft) => draft.idempotencyKey),
      drafts.map((draft) => `\\x${draft.fingerprint}`),
      drafts.map((draft) => draft.msgtype),
      drafts.map((draft) => draft.lane),
      drafts.map((draft) => draft.policy),
      drafts.map((draft) => draft.calls.recipientCount),
      drafts.map((draft) => (draft.warnings.length > 0 ? JSON.stringify(draft.warnings) : null)),
      drafts.map((draft) => draft.apiKeyId),
      drafts.map(({ expires }) => ('inSeconds' in expires ? expires.inSeconds : null)),
      drafts.map(({ expires }) => ('at' in expires ? expires.at : null)),
    ]);
    return { accepted: new Set(rows.map((row) => row.id)), now: rows[0]?.at };
  }

  /** In the transaction that accepted them: some of their calls have the bytes of an earlier notice. */
  async markDuplicates(tx: Tx, notices: readonly Duplicate[]): Promise<void> {
    await tx.count(MARK_DUPLICATES, [
      notices.map((notice) => notice.corpId),
      notices.map((notice) => notice.id),
      notices.map((notice) => notice.duplicateOf),
      notices.map((notice) => notice.policy),
    ]);
  }

  async find(tx: Tx, corpId: string, suiteId: string, id: string): Promise<StoredNotice | undefined> {
    const [row] = await tx.rows<StoredNotice>(
      `SELECT ${COLUMNS} FROM notices WHERE corp_id = $1 AND id = $2 AND suite_id = $3`,
      [corpId, id, suiteId],
    );
    return row;
  }

  /** Whose notice it is, for keys that act for all corps of a suite; `tx` must see all of them. */
  async corpOf(tx: Tx, suiteId: string, id: string): Promise<string | undefined> {
    const [row] = await tx.rows<{ corpId: string }>(
      'SELECT corp_id AS "corpId" FROM notices WHERE id = $1 AND suite_id = $2',
      [id, suiteId],
    );
    return row?.corpId;
  }

  /** Newest first, from below `before`. Ids are made in the order of time, so the primary key is the order. */
  async page(
    tx: Tx,
    corpId: string,
    suiteId: string,
    filter: { before: string | undefined; msgtype: string | undefined; limit: number },
  ): Promise<StoredNotice[]> {
    return tx.rows<StoredNotice>(
      `SELECT ${COLUMNS} FROM notices
       WHERE corp_id = $1 AND suite_id = $2 AND ($3::uuid IS NULL OR id < $3) AND ($4::text IS NULL OR msgtype = $4)
       ORDER BY id DESC LIMIT $5`,
      [corpId, suiteId, filter.before ?? null, filter.msgtype ?? null, filter.limit],
    );
  }

  /** Counts, not deliveries: a page of notices to a hundred thousand members must not load their bodies. */
  async deliveryStates(tx: Tx, corpId: string, noticeIds: readonly string[]): Promise<StateCount[]> {
    return tx.rows<StateCount>(
      `SELECT notice_id AS "noticeId", state, count(*)::int AS count FROM deliveries
       WHERE corp_id = $1 AND notice_id = ANY ($2::uuid[]) GROUP BY notice_id, state`,
      [corpId, noticeIds],
    );
  }
}
