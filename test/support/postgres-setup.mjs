import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
// Jest loads this file outside its own module system, so it takes the build, not the TypeScript; `npm test` builds first.
import { startEmbeddedPostgres } from '../../dist/src/modules/platform/database/embedded-postgres.js';
import { migrate } from '../../dist/src/modules/platform/database/migrate.js';
import { Secret } from '../../dist/src/modules/platform/secrets/secret.js';

/** One real PostgreSQL for all test files, with a migrated template database that each file clones. */
export default async function startPostgres() {
  const folder = await mkdtemp(join(tmpdir(), 'suitepost-test-'));
  await chmod(folder, 0o755);
  const postgres = await startEmbeddedPostgres(folder);
  const admin = new pg.Client({ connectionString: postgres.superuserUrl.reveal() });
  await admin.connect();
  await admin.query('CREATE DATABASE suitepost_template OWNER suitepost_owner');
  await admin.end();
  await migrate(Secret.of(postgres.migrationUrl.reveal().replace(/\/suitepost$/, '/suitepost_template')));
  process.env.SUITEPOST_TEST_SUPERUSER_URL = postgres.superuserUrl.reveal();
  process.env.SUITEPOST_TEST_OWNER_URL = postgres.migrationUrl.reveal();
  process.env.SUITEPOST_TEST_APP_URL = postgres.url.reveal();
  process.env.SUITEPOST_TEST_POSTGRES_FOLDER = postgres.folder;
  globalThis.suitepostTestPostgres = { postgres, folder };
}
