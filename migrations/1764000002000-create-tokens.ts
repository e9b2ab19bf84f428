import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forceTenantIsolation } from './tenant-isolation.js';

/**
 * One row per token that expires. The lease (`lease_no`, `leased_until`) lets one holder in the whole deployment ask
 * WeCom for a new one while nothing is locked; a write-back counts only where `lease_no` still matches.
 */
export class CreateTokens1764000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tokens (
        corp_id        text COLLATE "C" NOT NULL,
        suite_id       text COLLATE "C" NOT NULL,
        kind           text NOT NULL CHECK (kind IN ('suite', 'provider', 'corp')),
        generation     integer NOT NULL DEFAULT 0,
        sealed         bytea,
        version        integer NOT NULL DEFAULT 0,
        expires_at     timestamptz,
        refresh_at     timestamptz,
        lease_no       bigint NOT NULL DEFAULT 0,
        leased_until   timestamptz,
        failures       integer NOT NULL DEFAULT 0,
        cooldown_until timestamptz,
        last_errcode   integer,
        updated_at     timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (corp_id, suite_id, kind)
      ) WITH (fillfactor = 80);
      CREATE INDEX tokens_due ON tokens (kind, refresh_at) WHERE refresh_at IS NOT NULL;
      COMMENT ON COLUMN tokens.corp_id IS 'empty for the token of a suite or a provider';
      COMMENT ON COLUMN tokens.suite_id IS 'the suite; for a provider token the provider corp id';
    `);
    await forceTenantIsolation(runner, 'tokens', { worker: true, sharedRowsWithoutCorp: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE tokens;');
  }
}
