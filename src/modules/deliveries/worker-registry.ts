import { hostname } from 'node:os';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';

/** An instance that was silent this long is dead: its lanes are freed. */
const SILENCE_SECONDS = 5;

/**
 * Frees the lanes of the dead and of leases that ran out. What they were sending may have reached WeCom: it is ambiguous from now on,
 * and repeated under the duplicate check or, where that is not wanted, left `unknown`. Raising `lease_no` fences off a worker that was only
 * asleep.
 */
const TAKE_OVER = `
  WITH dead AS (
    DELETE FROM worker_instances WHERE heartbeat_at < now() - interval '${SILENCE_SECONDS} seconds' RETURNING id
  ), freed AS (
    UPDATE lanes SET leased_by = NULL, leased_until = NULL, lease_no = lease_no + 1, ready_at = now()
    WHERE leased_until IS NOT NULL AND (
      leased_until <= now() OR leased_by IN (SELECT id FROM dead)
      OR NOT EXISTS (SELECT FROM worker_instances w WHERE w.id = leased_by))
    RETURNING corp_id, suite_id, lane
  )
  UPDATE deliveries d SET
    state = CASE d.policy WHEN 'at_most_once' THEN 'unknown' ELSE 'ready' END,
    settled_at = CASE d.policy WHEN 'at_most_once' THEN now() END,
    ambiguous_at = coalesce(d.ambiguous_at, now()), next_at = now(), reason = 'worker_lost'
  FROM freed f
  WHERE d.corp_id = f.corp_id AND d.suite_id = f.suite_id AND d.lane = f.lane AND d.state = 'sending'`;

/**
 * Hints may be lost, the sweep is the truth: a lane that has work but does not know of it is woken. It knows too little when it believes to be
 * empty, and also when it waits for a retry that is due later than a delivery accepted since.
 */
const WAKE_FORGOTTEN = `
  UPDATE lanes l SET ready_at = due.next_at
  FROM lanes s CROSS JOIN LATERAL (
    SELECT d.next_at FROM deliveries d
    WHERE d.corp_id = s.corp_id AND d.suite_id = s.suite_id AND d.lane = s.lane AND d.state = 'ready'
    ORDER BY d.next_at LIMIT 1
  ) due
  WHERE s.leased_until IS NULL AND (s.ready_at IS NULL OR s.ready_at > now())
    AND l.corp_id = s.corp_id AND l.suite_id = s.suite_id AND l.lane = s.lane
    AND l.leased_until IS NULL AND (l.ready_at IS NULL OR l.ready_at > due.next_at)`;

/**
 * A hold that waits for the corp ends when WeCom has shown since it began that the authorization stands. Should WeCom go on to refuse the
 * sends all the same, each further hold lasts a minute longer, up to an hour, unless the corp installs again; a send that succeeds
 * forgets the count (settlement.repository.ts).
 */
const LIFT_HOLDS = `
  UPDATE lanes l SET held_until = NULL, held_at = NULL, hold_end = NULL, hold_reason = NULL, hold_errcode = NULL
  FROM authorizations a
  WHERE l.held_until > now() AND a.corp_id = l.corp_id AND a.suite_id = l.suite_id AND a.state = 'active'
    AND l.hold_end IN ('reauthorized', 'change_auth', 'agent_reopened', 'corp_admin')
    AND (a.authorized_at > l.held_at
      OR a.info_pulled_at > l.held_at AND now() >= l.held_at + least(l.hold_count - 1, 60) * interval '1 minute')`;

/** In a lane that runs, its worker finds what has expired; in a held one nobody looks. */
const EXPIRE_HELD = `
  UPDATE deliveries d SET state = CASE WHEN d.ambiguous_at IS NULL THEN 'expired' ELSE 'unknown' END, settled_at = now(),
    reason = coalesce(l.hold_reason, 'expired'), errcode = coalesce(d.errcode, l.hold_errcode)
  FROM lanes l
  WHERE l.held_until > now() AND d.corp_id = l.corp_id AND d.suite_id = l.suite_id AND d.lane = l.lane
    AND d.state = 'ready' AND d.expires_at <= now()`;

/** Who is alive, and what happens to the lanes of those who are not. Every instance runs it; each statement is harmless twice. */
@Injectable()
export class WorkerRegistry {
  constructor(private readonly database: Database) {}

  async heartbeat(instanceId: string): Promise<void> {
    await this.database.count(
      `INSERT INTO worker_instances (id, host) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET heartbeat_at = now()`,
      [instanceId, hostname()],
    );
  }

  async leave(instanceId: string): Promise<void> {
    await this.database.count('DELETE FROM worker_instances WHERE id = $1', [instanceId]);
  }

  /** @returns deliveries taken over from the dead */
  async takeOver(): Promise<number> {
    return this.database.asWorker((tx) => tx.count(TAKE_OVER));
  }

  /** @returns true when a lane has something to do that it did not know of */
  async sweep(): Promise<boolean> {
    return this.database.asWorker(async (tx) => {
      const woken = await tx.count(WAKE_FORGOTTEN);
      const lifted = await tx.count(LIFT_HOLDS);
      await tx.count(EXPIRE_HELD);
      return woken + lifted > 0;
    });
  }
}
