import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/database/database.js';
import type { AcceptedNotice, NoticeDraft } from './notices.types.js';

export type IdempotentRequest = Pick<NoticeDraft, 'corpId' | 'suiteId' | 'idempotencyKey'>;

export interface KeptAnswer {
  readonly fingerprint: string;
  readonly notice: AcceptedNotice;
}

/** The state is rebuilt as it was at acceptance: `suppressed` is decided there and never changes. */
const KEPT = `
  SELECT k.corp_id AS "corpId", k.suite_id AS "suiteId", k.key AS "idempotencyKey", encode(k.fingerprint, 'hex') AS fingerprint,
         n.id, n.recipient_count AS recipients, n.duplicate_of AS "duplicateOf", n.warnings,
         d.calls::int, d.suppressed::int
  FROM unnest($1::text[], $2::text[], $3::text[]) AS asked(corp_id, suite_id, key)
  JOIN idempotency_keys k USING (corp_id, suite_id, key)
  JOIN notices n ON n.corp_id = k.corp_id AND n.id = k.notice_id
  CROSS JOIN LATERAL (
    SELECT count(*) AS calls, count(*) FILTER (WHERE state = 'suppressed') AS suppressed
    FROM deliveries WHERE corp_id = n.corp_id AND notice_id = n.id
  ) d`;

const PURGE = `
  DELETE FROM idempotency_keys
  WHERE (corp_id, suite_id, key) IN (
    SELECT corp_id, suite_id, key FROM idempotency_keys
    WHERE expires_at < now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`;

/**
 * Which requests have been answered, and with what. A key belongs to the tenant and not to an API key, so that an API key can
 * be rotated in the middle of a retry. The row is part of the notice's own transaction: there is no "in progress" to get stuck
 * in, and a twin on another connection waits for the commit and then finds the answer (reliability.md §6.7).
 */
@Injectable()
export class IdempotencyRepository {
  /** The answers kept for these requests, by `requestName`. */
  async kept(tx: Tx, requests: readonly IdempotentRequest[]): Promise<Map<string, KeptAnswer>> {
    const rows = await tx.rows<
      IdempotentRequest &
        Omit<AcceptedNotice, 'state' | 'deliveries' | 'warnings'> & {
          fingerprint: string;
          warnings: AcceptedNotice['warnings'] | null;
          calls: number;
          suppressed: number;
        }
    >(KEPT, [
      requests.map((request) => request.corpId),
      requests.map((request) => request.suiteId),
      requests.map((request) => request.idempotencyKey),
    ]);
    return new Map(
      rows.map((row) => [
        requestName(row),
        {
          fingerprint: row.fingerprint,
          notice: {
            id: row.id,
            state: row.suppressed === row.calls ? 'suppressed' : 'queued',
            deliveries: row.calls,
            recipients: row.recipients,
            duplicateOf: row.duplicateOf,
            warnings: row.warnings ?? [],
          },
        },
      ]),
    );
  }

  /** Deletes up to `limit` keys whose 72 hours are over; answers how many. */
  async purge(tx: Tx, limit: number): Promise<number> {
    return tx.count(PURGE, [limit]);
  }
}

export function requestName({ corpId, suiteId, idempotencyKey }: IdempotentRequest): string {
  return `${corpId}\n${suiteId}\n${idempotencyKey}`;
}
