import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forceTenantIsolation } from './tenant-isolation.js';

/**
 * The grant of one suite by one corp. Each exchange of an auth code opens a new generation; a cancellation older than
 * the current generation must be confirmed by WeCom before it counts. `auth_codes` has no tenant: an auth code tells no corp
 * before it is exchanged.
 */
export class CreateAuthorizations1764000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE authorizations (
        corp_id               text COLLATE "C" NOT NULL,
        suite_id              text COLLATE "C" NOT NULL REFERENCES suites,
        generation            integer NOT NULL DEFAULT 1,
        state                 text NOT NULL CHECK (state IN ('pending', 'active', 'restricted', 'disabled', 'inactive', 'needs_reauthorization', 'cancelled')),
        state_reason          text,
        permanent_code_sealed bytea,
        agent_id              bigint,
        corp_name             text,
        corp_info             jsonb,
        auth_user             jsonb,
        auth_mode             smallint,
        privilege             jsonb,
        is_customized         boolean NOT NULL DEFAULT false,
        installed_via         text NOT NULL,
        authorized_at         timestamptz NOT NULL DEFAULT now(),
        authorized_event_time bigint,
        cancelled_at          timestamptz,
        info_pulled_at        timestamptz,
        created_at            timestamptz NOT NULL DEFAULT now(),
        updated_at            timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (corp_id, suite_id)
      );
      CREATE TABLE authorization_history (
        corp_id    text COLLATE "C" NOT NULL,
        suite_id   text COLLATE "C" NOT NULL,
        id         uuid NOT NULL,
        at         timestamptz NOT NULL DEFAULT now(),
        generation integer NOT NULL,
        from_state text,
        to_state   text NOT NULL,
        cause      text NOT NULL,
        evidence   jsonb,
        PRIMARY KEY (corp_id, suite_id, id),
        FOREIGN KEY (corp_id, suite_id) REFERENCES authorizations
      );
      CREATE TABLE auth_codes (
        suite_id        text COLLATE "C" NOT NULL REFERENCES suites,
        code_hash       bytea NOT NULL,
        source          text NOT NULL CHECK (source IN ('redirect', 'event', 'reset')),
        state           text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'exchanged', 'failed', 'reinstall_needed')),
        code_sealed     bytea,
        event_time      bigint,
        granted_corp_id text COLLATE "C",
        attempts        integer NOT NULL DEFAULT 0,
        lease_no        bigint NOT NULL DEFAULT 0,
        leased_until    timestamptz,
        last_errcode    integer,
        first_seen_at   timestamptz NOT NULL DEFAULT now(),
        expires_at      timestamptz NOT NULL DEFAULT now() + interval '10 minutes',
        settled_at      timestamptz,
        PRIMARY KEY (suite_id, code_hash)
      );
      COMMENT ON COLUMN auth_codes.expires_at IS 'an auth code lives 10 minutes and works once (d:100776)';
    `);
    await forceTenantIsolation(runner, 'authorizations', { worker: true });
    await forceTenantIsolation(runner, 'authorization_history', { worker: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE auth_codes; DROP TABLE authorization_history; DROP TABLE authorizations;');
  }
}
