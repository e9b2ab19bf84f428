import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forceTenantIsolation } from './tenant-isolation.js';

/**
 * One send call owed to WeCom, with the exact bytes; and the lanes that decide whose turn it is. Indexes begin with the
 * tenant on purpose: beside a global index on the due time the planner walks 100,000 foreign rows per lane
 * (reliability.md §6.6).
 */
export class CreateDeliveries1764000007000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE deliveries (
        corp_id          text COLLATE "C" NOT NULL,
        notice_id        uuid NOT NULL,
        suite_id         text COLLATE "C" NOT NULL,
        ordinal          integer NOT NULL,
        lane             text NOT NULL CHECK (lane IN ('interactive', 'bulk')),
        policy           text NOT NULL CHECK (policy IN ('at_least_once', 'at_most_once')),
        state            text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'sending', 'accepted', 'partial', 'rejected', 'unknown', 'expired', 'suppressed')),
        body             bytea NOT NULL,
        recipient_count  integer NOT NULL,
        attempt          integer NOT NULL DEFAULT 0,
        next_at          timestamptz NOT NULL DEFAULT now(),
        lease_no         bigint NOT NULL DEFAULT 0,
        first_attempt_at timestamptz,
        ambiguous_at     timestamptz,
        expires_at       timestamptz NOT NULL,
        msgid            text,
        errcode          integer,
        errmsg           text,
        reason           text,
        result           jsonb,
        settled_at       timestamptz,
        created_at       timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (corp_id, notice_id, ordinal),
        FOREIGN KEY (corp_id, notice_id) REFERENCES notices
      ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
      CREATE INDEX deliveries_due ON deliveries (corp_id, suite_id, lane, next_at) WHERE state = 'ready';
      CREATE INDEX deliveries_sending ON deliveries (corp_id, suite_id, lane) WHERE state = 'sending';

      CREATE TABLE lanes (
        corp_id      text COLLATE "C" NOT NULL,
        suite_id     text COLLATE "C" NOT NULL,
        lane         text NOT NULL CHECK (lane IN ('interactive', 'bulk')),
        ready_at     timestamptz,
        last_turn    timestamptz NOT NULL DEFAULT now(),
        lease_no     bigint NOT NULL DEFAULT 0,
        leased_by    uuid,
        leased_until timestamptz,
        held_at      timestamptz,
        held_until   timestamptz,
        hold_end     text CHECK (hold_end IN ('window_passed', 'reauthorized', 'change_auth', 'agent_reopened', 'operator', 'corp_admin')),
        hold_reason  text,
        hold_errcode integer,
        hold_count   integer NOT NULL DEFAULT 0,
        PRIMARY KEY (corp_id, suite_id, lane)
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
      CREATE INDEX lanes_turn ON lanes (last_turn) WHERE ready_at IS NOT NULL;
      CREATE INDEX lanes_leased ON lanes (leased_until) WHERE leased_until IS NOT NULL;
      CREATE INDEX lanes_held ON lanes (held_until) WHERE held_until IS NOT NULL;
      COMMENT ON COLUMN lanes.hold_end IS 'what lifts the hold; held_until is infinity where only an event does';
      COMMENT ON COLUMN lanes.ready_at IS 'earliest due delivery; null when the lane is empty';

      CREATE TABLE worker_instances (
        id           uuid PRIMARY KEY,
        host         text NOT NULL,
        started_at   timestamptz NOT NULL DEFAULT now(),
        heartbeat_at timestamptz NOT NULL DEFAULT now()
      );
    `);
    await forceTenantIsolation(runner, 'deliveries', { worker: true });
    await forceTenantIsolation(runner, 'lanes', { worker: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE worker_instances; DROP TABLE lanes; DROP TABLE deliveries;');
  }
}
