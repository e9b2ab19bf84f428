import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import type { Hold } from '../wecom/errcodes/errcode-entry.js';
import type { LaneKey } from './deliveries.types.js';
import type { Outcome } from './delivery-outcome.js';
import type { ClaimedDelivery } from './lanes.repository.js';

/** An attempt that ended, or a delivery handed back unsent (`outcome` undefined). */
export interface Settlement {
  delivery: ClaimedDelivery;
  outcome: Outcome | undefined;
}

/** A lane whose turn is over. */
export interface LaneRelease extends LaneKey {
  leaseNo: string;
  /** Something was accepted by WeCom in this turn: the steps of a repeated hold begin anew. */
  succeeded: boolean;
}

/** Stops a lane, all lanes of an authorization, or all of a suite. */
export interface LaneHold extends LaneKey {
  hold: Hold;
  reason: string;
  errcode: number | undefined;
}

/**
 * `lease_no` and `sending` are the fence: a worker that lost its lease meanwhile changes nothing. Written with `=`, the state would lead the
 * planner to the index of what is being sent, and through every such row of the corp for each delivery (measured: 63 against 33 µs).
 */
const SETTLE = `
  UPDATE deliveries d SET
    state = r.state,
    next_at = CASE WHEN r.state = 'ready' THEN now() + r.after_ms * interval '1 millisecond' ELSE d.next_at END,
    attempt = d.attempt - CASE WHEN r.burnt THEN 0 ELSE 1 END,
    ambiguous_at = CASE WHEN r.ambiguous THEN coalesce(d.ambiguous_at, now()) ELSE d.ambiguous_at END,
    msgid = coalesce(r.msgid, d.msgid), errcode = r.errcode, errmsg = r.errmsg, reason = r.reason, result = r.result::jsonb,
    settled_at = CASE WHEN r.state = 'ready' THEN NULL ELSE now() END
  FROM unnest($1::text[], $2::uuid[], $3::integer[], $4::bigint[], $5::text[], $6::float8[], $7::boolean[], $8::boolean[],
    $9::text[], $10::integer[], $11::text[], $12::text[], $13::text[])
    AS r(corp_id, notice_id, ordinal, lease_no, state, after_ms, ambiguous, burnt, msgid, errcode, errmsg, reason, result)
  WHERE d.corp_id = r.corp_id AND d.notice_id = r.notice_id AND d.ordinal = r.ordinal AND d.lease_no = r.lease_no
    AND d.state IS NOT DISTINCT FROM 'sending'`;

const RELEASE = `
  UPDATE lanes l SET leased_by = NULL, leased_until = NULL,
    hold_count = CASE WHEN r.succeeded THEN 0 ELSE l.hold_count END,
    ready_at = least(l.ready_at, (
      SELECT min(d.next_at) FROM deliveries d
      WHERE d.corp_id = l.corp_id AND d.suite_id = l.suite_id AND d.lane = l.lane AND d.state = 'ready'))
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::boolean[]) AS r(corp_id, suite_id, lane, lease_no, succeeded)
  WHERE l.corp_id = r.corp_id AND l.suite_id = r.suite_id AND l.lane = r.lane AND l.lease_no = r.lease_no`;

/** Ten seconds back: an event that arrived while the refused call was under way must still lift the hold it causes. */
const HOLD = `
  UPDATE lanes SET held_at = now() - interval '10 seconds', hold_end = $4, hold_reason = $5, hold_errcode = $6, hold_count = hold_count + 1,
    held_until = CASE WHEN cardinality($7::float8[]) = 0 THEN 'infinity'
      ELSE now() + ($7::float8[])[least(hold_count + 1, cardinality($7::float8[]))] * interval '1 millisecond' END
  WHERE suite_id = $2
    AND ($8 = 'suite' OR corp_id = $1)
    AND ($8 <> 'lane' OR lane = $3)
    AND (held_until IS NULL OR held_until <= now())`;

@Injectable()
export class SettlementRepository {
  constructor(private readonly database: Database) {}

  /** One transaction: what became of the attempts, which lanes wait, which are free for their next turn. */
  async settle(
    settlements: readonly Settlement[],
    releases: readonly LaneRelease[],
    holds: readonly LaneHold[],
  ): Promise<void> {
    // Every instance touches rows in the same order, so two settlements cannot wait for each other.
    const ordered = settlements.toSorted((a, b) => (a.delivery.noticeId < b.delivery.noticeId ? -1 : 1));
    await this.database.asWorker(async (tx) => {
      if (ordered.length > 0) await tx.count(SETTLE, settleColumns(ordered));
      for (const hold of holds) {
        const { corpId, suiteId, lane } = hold;
        const steps = [...hold.hold.recheckAfterMs];
        await tx.count(HOLD, [
          corpId,
          suiteId,
          lane,
          hold.hold.until,
          hold.reason,
          hold.errcode ?? null,
          steps,
          hold.hold.scope,
        ]);
      }
      if (releases.length > 0) await tx.count(RELEASE, releaseColumns(releases));
    });
  }
}

function settleColumns(settlements: readonly Settlement[]): unknown[] {
  const columns: unknown[][] = Array.from({ length: 13 }, () => []);
  for (const { delivery, outcome } of settlements) {
    const row = [delivery.corpId, delivery.noticeId, delivery.ordinal, delivery.leaseNo, ...outcomeColumns(outcome)];
    for (const [index, value] of row.entries()) columns[index]?.push(value);
  }
  return columns;
}

/** state, after_ms, ambiguous, burnt, msgid, errcode, errmsg, reason, result */
function outcomeColumns(outcome: Outcome | undefined): unknown[] {
  if (!outcome) return ['ready', 0, false, false, null, null, null, null, null];
  const evidence = [outcome.msgid ?? null, outcome.errcode ?? null, outcome.errmsg ?? null, outcome.reason ?? null];
  switch (outcome.next) {
    case 'settle': {
      const refused =
        outcome.refused && Object.keys(outcome.refused).length > 0 ? JSON.stringify(outcome.refused) : null;
      return [outcome.state, 0, outcome.state === 'unknown', true, ...evidence, refused];
    }
    case 'retry':
      return ['ready', outcome.afterMs, outcome.ambiguous, outcome.burnt, ...evidence, null];
    case 'hold':
      return ['ready', 0, false, false, ...evidence, null];
  }
}

function releaseColumns(releases: readonly LaneRelease[]): unknown[] {
  return [
    releases.map((release) => release.corpId),
    releases.map((release) => release.suiteId),
    releases.map((release) => release.lane),
    releases.map((release) => release.leaseNo),
    releases.map((release) => release.succeeded),
  ];
}
