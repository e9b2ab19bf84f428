import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Providers (us), their suites, and the newest ticket of each suite. Every credential column is sealed. */
export class CreateSuites1764000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE providers (
        provider_corp_id        text COLLATE "C" PRIMARY KEY,
        name                    text NOT NULL,
        secret_sealed           bytea,
        callback_token_sealed   bytea,
        encoding_aes_key_sealed bytea,
        created_at              timestamptz NOT NULL DEFAULT now(),
        updated_at              timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE suites (
        suite_id                text COLLATE "C" PRIMARY KEY,
        provider_corp_id        text COLLATE "C" NOT NULL REFERENCES providers,
        kind                    text NOT NULL CHECK (kind IN ('third_party', 'customized')),
        name                    text NOT NULL,
        auth_type               smallint NOT NULL DEFAULT 0 CHECK (auth_type IN (0, 1)),
        mini_program_appid      text COLLATE "C",
        length_mode             text NOT NULL DEFAULT 'strict' CHECK (length_mode IN ('strict', 'lenient')),
        secret_sealed           bytea NOT NULL,
        callback_token_sealed   bytea NOT NULL,
        encoding_aes_key_sealed bytea NOT NULL,
        created_at              timestamptz NOT NULL DEFAULT now(),
        updated_at              timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE suite_tickets (
        suite_id    text COLLATE "C" PRIMARY KEY REFERENCES suites ON DELETE CASCADE,
        sealed      bytea NOT NULL,
        ticket_time bigint NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now()
      );
      COMMENT ON COLUMN suite_tickets.ticket_time IS 'TimeStamp inside the push, Unix seconds; the newest wins (d:90628)';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE suite_tickets; DROP TABLE suites; DROP TABLE providers;');
  }
}
