import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forceTenantIsolation } from './tenant-isolation.js';

/**
 * One data key per (corp, suite), wrapped by a key-encryption key that never enters the database. `corp_id` is the
 * empty string for keys of a suite or of the platform itself. Ids of WeCom are case-sensitive: collation "C" everywhere.
 */
export class CreateDataKeys1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE data_keys (
        corp_id    text COLLATE "C" NOT NULL,
        suite_id   text COLLATE "C" NOT NULL,
        id         uuid NOT NULL,
        kek_id     text NOT NULL,
        wrapped    bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (corp_id, suite_id)
      );
      CREATE TABLE platform_secrets (
        name       text PRIMARY KEY,
        sealed     bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
    `);
    await forceTenantIsolation(runner, 'data_keys', { worker: false, sharedRowsWithoutCorp: true });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE platform_secrets; DROP TABLE data_keys;');
  }
}
