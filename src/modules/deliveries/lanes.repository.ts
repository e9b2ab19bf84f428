import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../platform/database/database.js';
import type { DeliveryPolicy, LaneKey } from './deliveries.types.js';

/** One delivery in a worker's hands. Times are remainders by the database's clock, so this process's clock does not matter. */
export interface ClaimedDelivery extends LaneKey {
  noticeId: string;
  ordinal: number;
  leaseNo: string;
  body: Buffer;
  policy: DeliveryPolicy;
  attempt: number;
  ambiguousForMs: number | undefined;
  expiresInMs: number;
}

export interface ClaimedLane extends LaneKey {
  leaseNo: string;
  deliveries: ClaimedDelivery[];
}

/** Behind a healthy worker's longest turn (3 s) plus a send (5 s) with room; a dead worker's lanes are freed sooner by its heartbeat. */
const LEASE_MS = 20_000;

interface ClaimRow {
  corp_id: string;
  suite_id: string;
  lane: LaneKey['lane'];
  lease_no: string;
  /** Null in the row that stands for the lane itself. */
  notice_id: string | null;
  ordinal: number;
  body: Buffer;
  policy: DeliveryPolicy;
  attempt: number;
  ambiguous_for_ms: number | null;
  expires_in_ms: number;
}

/**
 * Takes the least recently served ready lanes and marks their due deliveries `sending`, in one statement. Waiting in line is by
 * `last_turn`; a bulk lane queues two seconds further back. A woken lane keeps the wake-up that arrives during its turn because the claim
 * clears `ready_at` and the release only ever lowers it.
 *
 * The lanes and their deliveries come as one list: joined, PostgreSQL expects one row and compares each of 128 lanes with each of 256
 * deliveries. `now()`, not `clock_timestamp()`: the latter is volatile and cannot be an index condition (reliability.md §6.6).
 */
const CLAIM = `
  WITH next_lanes AS (
    SELECT corp_id, suite_id, lane FROM lanes
    WHERE ready_at <= now() AND ready_at IS NOT NULL
      AND (leased_until IS NULL OR leased_until <= now())
      AND (held_until IS NULL OR held_until <= now())
    ORDER BY last_turn LIMIT $2 FOR UPDATE SKIP LOCKED
  ), leased AS (
    UPDATE lanes l SET lease_no = l.lease_no + 1, leased_by = $1, ready_at = NULL,
      leased_until = now() + ${LEASE_MS} * interval '1 millisecond',
      last_turn = now() + CASE l.lane WHEN 'bulk' THEN interval '2 seconds' ELSE interval '0' END
    FROM next_lanes n WHERE l.corp_id = n.corp_id AND l.suite_id = n.suite_id AND l.lane = n.lane
    RETURNING l.corp_id, l.suite_id, l.lane, l.lease_no
  ), due AS (
    SELECT d.corp_id, d.notice_id, d.ordinal, l.lease_no FROM leased l CROSS JOIN LATERAL (
      SELECT corp_id, notice_id, ordinal FROM deliveries
      WHERE corp_id = l.corp_id AND suite_id = l.suite_id AND lane = l.lane AND state = 'ready' AND next_at <= now()
      ORDER BY next_at LIMIT (SELECT least($4, greatest(2, $3 / count(*))) FROM leased)
    ) d
  ), taken AS (
    UPDATE deliveries d SET state = 'sending', attempt = d.attempt + 1, lease_no = due.lease_no,
      first_attempt_at = coalesce(d.first_attempt_at, now())
    FROM due WHERE d.corp_id = due.corp_id AND d.notice_id = due.notice_id AND d.ordinal = due.ordinal
    RETURNING d.corp_id, d.suite_id, d.lane, d.lease_no, d.notice_id, d.ordinal, d.body, d.policy, d.attempt,
      (extract(epoch FROM now() - d.ambiguous_at) * 1000)::float8 AS ambiguous_for_ms,
      (extract(epoch FROM d.expires_at - now()) * 1000)::float8 AS expires_in_ms
  )
  SELECT corp_id, suite_id, lane, lease_no::text, NULL::uuid AS notice_id, NULL::integer AS ordinal, NULL::bytea AS body,
    NULL::text AS policy, NULL::integer AS attempt, NULL::float8 AS ambiguous_for_ms, NULL::float8 AS expires_in_ms
  FROM leased
  UNION ALL
  SELECT corp_id, suite_id, lane, lease_no::text, notice_id, ordinal, body, policy, attempt, ambiguous_for_ms, expires_in_ms
  FROM taken`;

/**
 * A lane that is ready already is left alone, unlocked: who claims it from now on sees the deliveries that are committed by now. Lanes that a
 * worker is just settling are passed over, instead of queueing behind its commit; the caller tries those again. May be lost with the
 * process, because the sweep finds what was missed: so it need not wait for the disk.
 */
const WAKE = `
  WITH asked AS (
    SELECT l.corp_id, l.suite_id, l.lane, l.ready_at
    FROM lanes l JOIN unnest($1::text[], $2::text[], $3::text[]) AS w(corp_id, suite_id, lane)
      ON l.corp_id = w.corp_id AND l.suite_id = w.suite_id AND l.lane = w.lane
    WHERE l.ready_at IS NULL OR l.ready_at > now()
  ), free AS (
    SELECT l.corp_id, l.suite_id, l.lane FROM lanes l JOIN asked a
      ON l.corp_id = a.corp_id AND l.suite_id = a.suite_id AND l.lane = a.lane
    FOR UPDATE OF l SKIP LOCKED
  ), woken AS (
    UPDATE lanes l SET ready_at = now() FROM free f
    WHERE l.corp_id = f.corp_id AND l.suite_id = f.suite_id AND l.lane = f.lane
  )
  SELECT corp_id AS "corpId", suite_id AS "suiteId", lane FROM asked
  EXCEPT SELECT corp_id, suite_id, lane FROM free`;

@Injectable()
export class LanesRepository {
  constructor(private readonly database: Database) {}

  /**
   * @param size.lanes lanes at most
   * @param size.deliveries shared evenly by the lanes, at least two each
   * @param size.perLane but never more than this of one lane
   * @returns the lanes now leased to this instance; one may turn out to have nothing due
   */
  async claim(
    instanceId: string,
    size: { lanes: number; deliveries: number; perLane: number },
  ): Promise<ClaimedLane[]> {
    const rows = await this.database.asWorker((tx) =>
      tx.rows<ClaimRow>(CLAIM, [instanceId, size.lanes, size.deliveries, size.perLane]),
    );
    const lanes = new Map<string, ClaimedLane>();
    for (const row of rows) {
      const key: LaneKey = { corpId: row.corp_id, suiteId: row.suite_id, lane: row.lane };
      const name = laneName(key);
      let lane = lanes.get(name);
      if (!lane) {
        lane = { ...key, leaseNo: row.lease_no, deliveries: [] };
        lanes.set(name, lane);
      }
      if (row.notice_id !== null) lane.deliveries.push(claimed(key, row, row.notice_id));
    }
    return [...lanes.values()];
  }

  /** @returns the lanes that could not be woken because a worker was just writing them */
  async wake(lanes: readonly LaneKey[]): Promise<LaneKey[]> {
    return this.database.asWorker((tx) => tx.rows<LaneKey>(WAKE, laneColumns(lanes)), { durable: false });
  }

  /** Makes the lanes known, in the transaction that enqueues into them. */
  async ensure(tx: Tx, lanes: readonly LaneKey[]): Promise<void> {
    await tx.count(
      `INSERT INTO lanes (corp_id, suite_id, lane, ready_at)
       SELECT corp_id, suite_id, lane, now() FROM unnest($1::text[], $2::text[], $3::text[]) AS l(corp_id, suite_id, lane)
       ON CONFLICT DO NOTHING`,
      laneColumns(lanes),
    );
  }
}

export function laneName(lane: LaneKey): string {
  return `${lane.corpId} ${lane.suiteId} ${lane.lane}`;
}

function laneColumns(lanes: readonly LaneKey[]): [string[], string[], string[]] {
  return [lanes.map((lane) => lane.corpId), lanes.map((lane) => lane.suiteId), lanes.map((lane) => lane.lane)];
}

function claimed(key: LaneKey, row: ClaimRow, noticeId: string): ClaimedDelivery {
  return {
    ...key,
    noticeId,
    ordinal: row.ordinal,
    leaseNo: row.lease_no,
    body: row.body,
    policy: row.policy,
    attempt: row.attempt,
    ambiguousForMs: row.ambiguous_for_ms ?? undefined,
    expiresInMs: row.expires_in_ms,
  };
}
