import { Injectable } from '@nestjs/common';
import { DUPLICATE_CHECK_SECONDS } from '../deliveries/deliveries.types.js';
import type { Tx } from '../platform/database/database.js';

/** One call whose bytes another notice could have as well. */
export interface LedgerEntry {
  readonly corpId: string;
  readonly suiteId: string;
  /** SHA-256 of the body. */
  readonly hash: Buffer;
  readonly noticeId: string;
  /** Until when the call may still be sent. */
  readonly expiresInSeconds: number;
}

/** How long WeCom remembers a request, and so how long after a send an equal one is lost (messages.md §1.2). */
const SWALLOWED_FOR = `interval '${DUPLICATE_CHECK_SECONDS} seconds'`;

const CLAIM = `
  INSERT INTO body_ledger (corp_id, suite_id, body_hash, notice_id, expires_at)
  SELECT corp_id, suite_id, body_hash, notice_id, now() + expires_in * interval '1 second' + ${SWALLOWED_FOR}
  FROM unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[], $5::float8[])
    AS e(corp_id, suite_id, body_hash, notice_id, expires_in)
  ON CONFLICT DO NOTHING
  RETURNING corp_id, suite_id, body_hash`;

const ASKED = 'unnest($1::text[], $2::text[], $3::bytea[]) AS asked(corp_id, suite_id, body_hash)';

const LOCK = `
  SELECT 1 FROM ${ASKED} JOIN body_ledger l USING (corp_id, suite_id, body_hash)
  ORDER BY corp_id, suite_id, body_hash FOR UPDATE OF l`;

/** An earlier call counts while it may still be sent, and for WeCom's interval after it was or may have been. */
const LIVE = `
  SELECT l.corp_id, l.suite_id, l.body_hash, l.notice_id
  FROM ${ASKED} JOIN body_ledger l USING (corp_id, suite_id, body_hash)
  WHERE EXISTS (
    SELECT FROM deliveries d
    WHERE d.corp_id = l.corp_id AND d.notice_id = l.notice_id AND sha256(d.body) = l.body_hash
      AND (d.state IN ('ready', 'sending')
        OR d.state IN ('accepted', 'partial', 'unknown') AND d.settled_at > now() - ${SWALLOWED_FOR}))`;

const TAKE_OVER = `
  UPDATE body_ledger l
  SET notice_id = e.notice_id, first_at = now(), expires_at = now() + e.expires_in * interval '1 second' + ${SWALLOWED_FOR}
  FROM unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[], $5::float8[])
    AS e(corp_id, suite_id, body_hash, notice_id, expires_in)
  WHERE (l.corp_id, l.suite_id, l.body_hash) = (e.corp_id, e.suite_id, e.body_hash)`;

const PURGE = `
  DELETE FROM body_ledger
  WHERE (corp_id, suite_id, body_hash) IN (
    SELECT corp_id, suite_id, body_hash FROM body_ledger
    WHERE expires_at < now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`;

interface LedgerRow {
  corp_id: string;
  suite_id: string;
  body_hash: Buffer;
  notice_id: string;
}

/**
 * Which bodies WeCom would take for a repetition and swallow while answering errcode 0. Only bodies that carry nothing of
 * their own (a plain text) are here; the others are unique by the notice's id.
 */
@Injectable()
export class BodyLedgerRepository {
  /**
   * Whose body it is, by `bodyName`: the entry's own notice, or an earlier one that still counts. An earlier one that was
   * never sent (rejected, expired) does not, and its row is taken over.
   */
  async owners(tx: Tx, entries: readonly LedgerEntry[]): Promise<Map<string, string>> {
    const first = new Map<string, LedgerEntry>();
    for (const entry of entries) {
      const name = bodyName(entry);
      if (!first.has(name)) first.set(name, entry);
    }
    // One order for all batches, or two of them could wait for each other's rows.
    const asked = [...first].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
    const owners = new Map(asked.map((entry) => [bodyName(entry), entry.noticeId]));
    const free = await tx.rows<LedgerRow>(CLAIM, columns(asked));
    if (free.length === asked.length) return owners;

    const claimed = new Set(free.map(nameOfRow));
    const taken = asked.filter((entry) => !claimed.has(bodyName(entry)));
    const keys = columns(taken).slice(0, 3);
    await tx.rows(LOCK, keys);
    // A statement of its own: the one that locks may have waited, and would judge by what it saw before.
    const live = await tx.rows<LedgerRow>(LIVE, keys);
    for (const row of live) owners.set(nameOfRow(row), row.notice_id);
    const alive = new Set(live.map(nameOfRow));
    const over = taken.filter((entry) => !alive.has(bodyName(entry)));
    if (over.length > 0) await tx.count(TAKE_OVER, columns(over));
    return owners;
  }

  /** Deletes up to `limit` rows that no notice can meet any more; answers how many. */
  async purge(tx: Tx, limit: number): Promise<number> {
    return tx.count(PURGE, [limit]);
  }
}

export function bodyName({ corpId, suiteId, hash }: Pick<LedgerEntry, 'corpId' | 'suiteId' | 'hash'>): string {
  return `${corpId}\n${suiteId}\n${hash.toString('hex')}`;
}

function nameOfRow(row: LedgerRow): string {
  return bodyName({ corpId: row.corp_id, suiteId: row.suite_id, hash: row.body_hash });
}

function columns(entries: readonly LedgerEntry[]): unknown[][] {
  return [
    entries.map((entry) => entry.corpId),
    entries.map((entry) => entry.suiteId),
    entries.map((entry) => entry.hash),
    entries.map((entry) => entry.noticeId),
    entries.map((entry) => entry.expiresInSeconds),
  ];
}
