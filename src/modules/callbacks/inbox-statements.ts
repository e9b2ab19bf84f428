import type { Database } from '../platform/database/database.js';
import type { CallbackChannel } from './callback-event.types.js';

/** One callback on its way into the table. */
export interface InboxRow {
  readonly id: string;
  readonly suiteId: string;
  readonly channel: CallbackChannel;
  readonly eventKey: Buffer;
  readonly infoType: string;
  readonly corpId: string | undefined;
  readonly timeSeconds: number | undefined;
  readonly sealed: Buffer;
  readonly state: 'pending' | 'ignored' | 'failed';
  readonly reason: string | undefined;
  /** The signed timestamp of the push. */
  readonly sentAtSeconds: number;
  /** Pushes of the same event that this row stands for. */
  readonly seen: number;
}

export interface StoredRow {
  /** Of the row that holds the event: the id of an earlier push when there was one. */
  readonly id: string;
  readonly flags: readonly string[];
}

/** Beyond this a timestamp is flagged, not refused: our own clock at fault must not cost us the suite ticket (reliability §6.3). */
const ODD_TIMESTAMP_SECONDS = 600;

const INSERT = `
  INSERT INTO callback_inbox
    (id, suite_id, channel, event_key, info_type, event_corp_id, event_time, sealed, state, reason, settled_at, flags, seen)
  SELECT id, suite_id, channel, event_key, info_type, corp_id, event_time, sealed, state, reason,
         CASE WHEN state <> 'pending' THEN now() END,
         CASE WHEN abs(sent_at - extract(epoch FROM now())) > ${ODD_TIMESTAMP_SECONDS} THEN ARRAY['odd_timestamp'] ELSE '{}' END,
         seen
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::text[], $7::bigint[], $8::bytea[],
              $9::text[], $10::text[], $11::bigint[], $12::int[])
    AS pushed(id, suite_id, channel, event_key, info_type, corp_id, event_time, sealed, state, reason, sent_at, seen)
  ON CONFLICT (suite_id, channel, event_key)
    DO UPDATE SET seen = callback_inbox.seen + excluded.seen, last_seen_at = now()
  RETURNING id, suite_id, channel, event_key, flags`;

/**
 * Inserts a batch in one statement, so in one commit. Keys must differ within the batch.
 * @returns in the order of `rows`
 */
export async function insertInboxRows(database: Database, rows: readonly InboxRow[]): Promise<StoredRow[]> {
  // Two instances that get the same pushes lock them in the same order, or they could wait for each other.
  const ordered = rows.map((row) => ({ row, key: keyOf(row) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const column = <T>(value: (row: InboxRow) => T) => ordered.map(({ row }) => value(row));
  const stored = await database.rows<{
    id: string;
    suite_id: string;
    channel: CallbackChannel;
    event_key: Buffer;
    flags: string[];
  }>(INSERT, [
    column((row) => row.id),
    column((row) => row.suiteId),
    column((row) => row.channel),
    column((row) => row.eventKey),
    column((row) => row.infoType),
    column((row) => row.corpId ?? null),
    column((row) => row.timeSeconds ?? null),
    column((row) => row.sealed),
    column((row) => row.state),
    column((row) => row.reason ?? null),
    column((row) => row.sentAtSeconds),
    column((row) => row.seen),
  ]);
  const byKey = new Map(
    stored.map((row) => [
      keyOf({ suiteId: row.suite_id, channel: row.channel, eventKey: row.event_key }),
      { id: row.id, flags: row.flags },
    ]),
  );
  return rows.map((row) => {
    const found = byKey.get(keyOf(row));
    if (!found) throw new Error('a stored callback was not returned');
    return found;
  });
}

function keyOf(row: Pick<InboxRow, 'suiteId' | 'channel' | 'eventKey'>): string {
  return `${row.suiteId}\n${row.channel}\n${row.eventKey.toString('hex')}`;
}
