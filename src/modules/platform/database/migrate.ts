import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { PgBoss } from 'pg-boss';
import { DataSource } from 'typeorm';
import type { Secret } from '../secrets/secret.js';
import { dataSourceOptions } from './data-source.js';

/** Files that begin with a timestamp; beside them in the folder stands what migrations share. */
const MIGRATIONS = fileURLToPath(new URL('../../../../migrations/[0-9]*-*.js', import.meta.url));

/** Any constant that nothing else in the database uses: instances that start together migrate one after the other. */
const MIGRATION_LOCK = 6_027_113_401;
const MIGRATION_TIMEOUT_MS = 600_000;

/** The schema is older than this build, and the role we connect as may not change it. */
class SchemaBehind extends Error {
  constructor() {
    super(
      'The database schema is older than this build, and DATABASE_URL may not change it. ' +
        'Set DATABASE_MIGRATION_URL to the owner of the tables, or run `npm run cli -- migrate` with it.',
    );
    this.name = 'SchemaBehind';
  }
}

/**
 * Brings the schema (ours and pg-boss's) up to date as its owner; a role that owns nothing only checks that it is. Safe to run
 * from several instances at once.
 * @returns names of the migrations that ran now
 * @throws SchemaBehind
 */
export async function migrate(url: Secret): Promise<string[]> {
  const guard = new Client({ connectionString: url.reveal() });
  await guard.connect();
  try {
    // A transaction lock, not a session lock: it works through a pooler and cannot outlive the connection.
    await guard.query('BEGIN');
    await guard.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    const { rows } = await guard.query<{ may: boolean }>(`SELECT has_schema_privilege('public', 'CREATE') AS may`);
    if (!rows[0]?.may) {
      if (await hasPendingMigrations(url)) throw new SchemaBehind();
      return [];
    }
    const names = await runMigrations(url);
    await migrateJobs(url, guard);
    await guard.query('COMMIT');
    return names;
  } finally {
    await guard.end();
  }
}

function runMigrations(url: Secret): Promise<string[]> {
  return withMigrations(url, async (dataSource) => {
    const names = (await dataSource.runMigrations()).map((migration) => migration.name);
    // The table of migrations is older than the privileges that the first migration grants on all tables after it.
    await dataSource.query('GRANT SELECT ON schema_migrations TO suitepost_runtime');
    return names;
  });
}

function hasPendingMigrations(url: Secret): Promise<boolean> {
  return withMigrations(url, async (dataSource) => {
    const [table] = await dataSource.query<{ exists: boolean }[]>(
      `SELECT to_regclass('schema_migrations') IS NOT NULL AS exists`,
    );
    return !table?.exists || dataSource.showMigrations();
  });
}

async function withMigrations<T>(url: Secret, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const dataSource = new DataSource({
    ...dataSourceOptions({
      url: url.reveal(),
      poolSize: 1,
      applicationName: 'suitepost-migrate',
      statementTimeoutMs: MIGRATION_TIMEOUT_MS,
    }),
    migrations: [MIGRATIONS],
    migrationsTableName: 'schema_migrations',
    migrationsTransactionMode: 'each',
  });
  await dataSource.initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/** The jobs' tables belong to the owner too; the running platform only uses them. */
async function migrateJobs(url: Secret, guard: Client): Promise<void> {
  const boss = new PgBoss({ connectionString: url.reveal(), max: 1, supervise: false, schedule: false });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.stop({ graceful: false, close: true });
  await guard.query(`
    GRANT USAGE ON SCHEMA pgboss TO suitepost_runtime;
    GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA pgboss TO suitepost_runtime;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pgboss TO suitepost_runtime;
  `);
}
