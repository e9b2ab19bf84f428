import { Injectable } from '@nestjs/common';
import type { DeliveryState } from '../deliveries/deliveries.types.js';
import type { Tx } from '../platform/database/database.js';
import type { StoredNotice } from './notices.types.js';

export type NoticeRow = Omit<StoredNotice, 'createdAt' | 'expiresAt'> & {
  readonly apiKeyId: string;
  readonly expiresInSeconds: number;
};

/** How many deliveries of a notice are in which state. */
export interface StateCount {
  readonly noticeId: string;
  readonly state: DeliveryState;
  readonly count: number;
}

const INSERT = `
  INSERT INTO notices (corp_id, id, suite_id, msgtype, lane, policy, recipient_count, duplicate_of, warnings, api_key_id, expires_at)
  SELECT corp_id, id, suite_id, msgtype, lane, policy, recipient_count, duplicate_of, warnings, api_key_id,
    now() + expires_in * interval '1 second'
  FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[], $8::uuid[], $9::jsonb[],
    $10::text[], $11::float8[])
    AS n(corp_id, id, suite_id, msgtype, lane, policy, recipient_count, duplicate_of, warnings, api_key_id, expires_in)`;

const COLUMNS = `id, corp_id AS "corpId", suite_id AS "suiteId", msgtype, lane, policy, recipient_count AS "recipientCount",
  duplicate_of AS "duplicateOf", warnings, created_at AS "createdAt", expires_at AS "expiresAt"`;

@Injectable()
export class NoticesRepository {
  async insert(tx: Tx, notices: readonly NoticeRow[]): Promise<void> {
    await tx.count(INSERT, [
      notices.map((notice) => notice.corpId),
      notices.map((notice) => notice.id),
      notices.map((notice) => notice.suiteId),
      notices.map((notice) => notice.msgtype),
      notices.map((notice) => notice.lane),
      notices.map((notice) => notice.policy),
      notices.map((notice) => notice.recipientCount),
      notices.map((notice) => notice.duplicateOf),
      notices.map((notice) => (notice.warnings?.length ? JSON.stringify(notice.warnings) : null)),
      notices.map((notice) => notice.apiKeyId),
      notices.map((notice) => notice.expiresInSeconds),
    ]);
  }

  async find(tx: Tx, corpId: string, suiteId: string, id: string): Promise<StoredNotice | undefined> {
    const [row] = await tx.rows<StoredNotice>(
      `SELECT ${COLUMNS} FROM notices WHERE corp_id = $1 AND id = $2 AND suite_id = $3`,
      [corpId, id, suiteId],
    );
    return row;
  }

  /** Whose notice it is. For keys that act for all corps of a suite; `tx` must see all of them. */
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
