import type { MigrationInterface, QueryRunner } from 'typeorm';

/** API keys of product code. The key itself is never stored: a keyed hash of it is. `bound_corp_id` null means every corp of the suite. */
export class CreateApiKeys1764000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE api_keys (
        id            text COLLATE "C" PRIMARY KEY,
        hash          bytea NOT NULL,
        name          text NOT NULL,
        scopes        text[] NOT NULL,
        suite_id      text COLLATE "C" NOT NULL REFERENCES suites,
        bound_corp_id text COLLATE "C",
        cidrs         text[] NOT NULL DEFAULT '{}',
        expires_at    timestamptz,
        revoked_at    timestamptz,
        created_at    timestamptz NOT NULL DEFAULT now(),
        created_by    text NOT NULL,
        last_used_at  timestamptz
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE api_keys;');
  }
}
