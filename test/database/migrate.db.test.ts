import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const run = promisify(execFile);

/** The built code in a process of its own: jest's module system cannot load migration files by path. */
async function migrate(url: string): Promise<string> {
  const script = `
    import { migrate } from './dist/src/modules/platform/database/migrate.js';
    import { Secret } from './dist/src/modules/platform/secrets/secret.js';
    try { console.log(JSON.stringify(await migrate(Secret.of(process.env.URL)))); } catch (error) { console.log(error.name); }`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, URL: url },
  });
  return stdout.trim();
}

describe('migrations', () => {
  let test: TestDatabase;

  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => test.drop());

  it('find nothing to do where all of them ran', async () => {
    expect(await migrate(test.ownerUrl)).toBe('[]');
  });

  it('run once when several instances start together on an empty database', async () => {
    await test.everything(
      'DROP SCHEMA pgboss CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION suitepost_owner',
    );
    const answers = await Promise.all([migrate(test.ownerUrl), migrate(test.ownerUrl), migrate(test.ownerUrl)]);
    const ran = answers.map((answer) => (JSON.parse(answer) as string[]).length);
    expect(ran.filter((count) => count > 0)).toHaveLength(1);
    expect(await migrate(test.url)).toBe('[]');
  });

  it('undo themselves, and can be run again', async () => {
    const script = `
      import { DataSource } from 'typeorm';
      const dataSource = await new DataSource({ type: 'postgres', url: process.env.URL, migrations: ['dist/migrations/[0-9]*-*.js'], migrationsTableName: 'schema_migrations' }).initialize();
      while (dataSource.migrations.length > 0 && (await dataSource.query('SELECT 1 FROM schema_migrations')).length > 0) await dataSource.undoLastMigration();
      console.log((await dataSource.query("SELECT count(*)::int AS left FROM pg_tables WHERE schemaname = 'public'"))[0].left);
      await dataSource.destroy();`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, URL: test.ownerUrl },
    });
    expect(stdout.trim()).toBe('1');
    expect(JSON.parse(await migrate(test.ownerUrl))).not.toEqual([]);
  });

  it('are asked for, in words, where the role may not run them', async () => {
    await test.everything(`DELETE FROM schema_migrations WHERE id = (SELECT max(id) FROM schema_migrations)`);
    expect(await migrate(test.url)).toBe('SchemaBehind');
  });
});
