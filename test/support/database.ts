import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/modules/platform/database/data-source.js';
import { Database } from '../../src/modules/platform/database/database.js';

export interface TestDatabase {
  /** As the running platform sees it: row-level security applies. */
  url: string;
  /** As the owner of the tables. */
  ownerUrl: string;
  name: string;
  db: Database;
  dataSource: DataSource;
  /** Everything in a table, past row-level security: for assertions only. */
  everything<T = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<T[]>;
  drop(): Promise<void>;
}

/** A database of its own for a test file: a clone of the migrated template, some 30 ms. */
export async function createTestDatabase(options: { poolSize?: number } = {}): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await asSuperuser((admin) =>
    admin.query(`CREATE DATABASE ${name} TEMPLATE suitepost_template OWNER suitepost_owner`),
  );
  const url = named(required('SUITEPOST_TEST_APP_URL'), name);
  const dataSource = createDataSource({
    url,
    poolSize: options.poolSize ?? 10,
    applicationName: 'test',
    statementTimeoutMs: 15_000,
  });
  await dataSource.initialize();
  return {
    url,
    ownerUrl: named(required('SUITEPOST_TEST_OWNER_URL'), name),
    name,
    db: new Database(dataSource),
    dataSource,
    everything: async <T>(sql: string, params: unknown[] = []) => {
      const client = new Client({ connectionString: named(required('SUITEPOST_TEST_SUPERUSER_URL'), name) });
      await client.connect();
      try {
        return (await client.query(sql, params)).rows as T[];
      } finally {
        await client.end();
      }
    },
    drop: async () => {
      await dataSource.destroy();
      await asSuperuser((admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

async function asSuperuser(work: (admin: Client) => Promise<unknown>): Promise<void> {
  const admin = new Client({ connectionString: required('SUITEPOST_TEST_SUPERUSER_URL') });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function named(url: string, database: string): string {
  return url.replace(/\/[^/]*$/, `/${database}`);
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this file through the db project of jest`);
  return value;
}
