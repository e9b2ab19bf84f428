import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Every callback that verified, sealed, once: the unique key is made of the content, never of a nonce, because WeCom may
 * repeat a push with or without new nonces. Not a tenant table: some events name no corp. `suite_id` holds the provider corp
 * id on the system channel.
 */
export class CreateCallbackInbox1764000004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE callback_inbox (
        id            uuid PRIMARY KEY,
        suite_id      text COLLATE "C" NOT NULL,
        channel       text NOT NULL CHECK (channel IN ('command', 'data', 'system')),
        event_key     bytea NOT NULL,
        info_type     text NOT NULL,
        event_corp_id text COLLATE "C",
        event_time    bigint,
        sealed        bytea NOT NULL,
        flags         text[] NOT NULL DEFAULT '{}',
        received_at   timestamptz NOT NULL DEFAULT now(),
        seen          integer NOT NULL DEFAULT 1,
        last_seen_at  timestamptz NOT NULL DEFAULT now(),
        state         text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'ignored', 'failed')),
        attempts      integer NOT NULL DEFAULT 0,
        next_at       timestamptz NOT NULL DEFAULT now(),
        reason        text,
        settled_at    timestamptz,
        UNIQUE (suite_id, channel, event_key)
      ) WITH (fillfactor = 80);
      CREATE INDEX callback_inbox_pending ON callback_inbox (next_at) WHERE state = 'pending';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE callback_inbox;');
  }
}
