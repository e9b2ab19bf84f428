import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forceTenantIsolation } from './tenant-isolation.js';

/**
 * What product code asked for, the idempotency keys that asked for it (kept 72 h, scoped by tenant so that an API key can be
 * rotated in mid-retry), and the bodies WeCom would take for duplicates of one another (kept 4 h, messages.md §1.2).
 */
export class CreateNotices1764000006000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE notices (
        corp_id         text COLLATE "C" NOT NULL,
        id              uuid NOT NULL,
        suite_id        text COLLATE "C" NOT NULL,
        msgtype         text NOT NULL,
        lane            text NOT NULL CHECK (lane IN ('interactive', 'bulk')),
        policy          text NOT NULL CHECK (policy IN ('at_least_once', 'at_most_once')),
        recipient_count integer NOT NULL,
        duplicate_of    uuid,
        warnings        jsonb,
        api_key_id      text,
        created_at      timestamptz NOT NULL DEFAULT now(),
        expires_at      timestamptz NOT NULL,
        PRIMARY KEY (corp_id, id)
      );
      -- A key that acts for all corps of a suite asks for a notice by its id alone. Ids grow with time, so this index grows at one end.
      CREATE INDEX notices_by_id ON notices (id);
      CREATE TABLE idempotency_keys (
        corp_id     text COLLATE "C" NOT NULL,
        suite_id    text COLLATE "C" NOT NULL,
        key         text COLLATE "C" NOT NULL,
        fingerprint bytea NOT NULL,
        notice_id   uuid NOT NULL,
        created_at  timestamptz NOT NULL DEFAULT now(),
        expires_at  timestamptz NOT NULL DEFAULT now() + interval '72 hours',
        PRIMARY KEY (corp_id, suite_id, key)
      );
      CREATE INDEX idempotency_keys_expired ON idempotency_keys (expires_at);
      CREATE TABLE body_ledger (
        corp_id    text COLLATE "C" NOT NULL,
        suite_id   text COLLATE "C" NOT NULL,
        body_hash  bytea NOT NULL,
        notice_id  uuid NOT NULL,
        first_at   timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL DEFAULT now() + interval '4 hours',
        PRIMARY KEY (corp_id, suite_id, body_hash)
      );
      CREATE INDEX body_ledger_expired ON body_ledger (expires_at);
    `);
    await forceTenantIsolation(runner, 'notices', { worker: true });
    await forceTenantIsolation(runner, 'idempotency_keys', { worker: true });
    await forceTenantIsolation(runner, 'body_ledger', { worker: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE body_ledger; DROP TABLE idempotency_keys; DROP TABLE notices;');
  }
}
