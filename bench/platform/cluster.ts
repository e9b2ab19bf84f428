import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { EmbeddedPostgres } from '../../src/modules/platform/database/embedded-postgres.ts';
import { Child } from '../rig/child.ts';
import { onExit } from '../rig/cleanup.ts';
import { built } from './built.ts';

/** On the disk of the checkout, not in /tmp: where that is in memory, fsync costs nothing and the figures say nothing. */
const DATA_FOLDER = fileURLToPath(new URL('../../.data', import.meta.url));
const SEEDED = 'suitepost';

/**
 * The product's own embedded PostgreSQL with its own settings (fsync on), fresh for this run. Every scenario works on its own
 * copy of one seeded database, so that no scenario drags the rows of another along.
 */
export class Cluster {
  readonly #postgres: EmbeddedPostgres;
  readonly #env: NodeJS.ProcessEnv;
  readonly #copies = new Set<string>();
  readonly apiKey: string;

  private constructor(postgres: EmbeddedPostgres, env: NodeJS.ProcessEnv, apiKey: string) {
    this.#postgres = postgres;
    this.#env = env;
    this.apiKey = apiKey;
  }

  static async start(sinkUrl: string): Promise<Cluster> {
    const { startEmbeddedPostgres } = await built<
      typeof import('../../src/modules/platform/database/embedded-postgres.ts')
    >('src/modules/platform/database/embedded-postgres.js');
    const { migrate } = await built<typeof import('../../src/modules/platform/database/migrate.ts')>(
      'src/modules/platform/database/migrate.js',
    );
    const folder = join(DATA_FOLDER, `bench-${process.pid}`);
    await mkdir(folder, { recursive: true });
    onExit(() => rm(folder, { recursive: true, force: true }));
    const postgres = await startEmbeddedPostgres(folder);
    onExit(async () => {
      await postgres.stop();
      await rm(postgres.folder, { recursive: true, force: true });
    });
    await migrate(postgres.migrationUrl);
    const env = { ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`, WECOM_API_URL: sinkUrl };
    const seeding = Child.start('platform/seed.ts', {
      env: { ...env, ...databaseEnv(postgres, SEEDED) },
      logs: 'ignore',
    });
    const apiKey = await seeding.ask<string>('seed');
    await seeding.stop();
    return new Cluster(postgres, env, apiKey);
  }

  /** The server process; its backends are its children. */
  get processId(): number {
    return this.#postgres.processId;
  }

  /** A copy of the seeded database, made when first asked for, as the environment of a process of the platform. */
  async environmentOn(database: string): Promise<NodeJS.ProcessEnv> {
    await this.#copy(database);
    return { ...this.#env, ...databaseEnv(this.#postgres, database) };
  }

  /** A copy for the accept baselines; a superuser's URL, so row-level security costs them nothing. */
  async bareDatabase(database: string): Promise<string> {
    await this.#copy(database);
    return this.superuserUrl(database);
  }

  superuserUrl(database: string): string {
    return onDatabase(this.#postgres.superuserUrl.reveal(), database);
  }

  async #copy(database: string): Promise<void> {
    if (this.#copies.has(database)) {
      return;
    }
    this.#copies.add(database);
    const client = new pg.Client({ connectionString: this.#postgres.superuserUrl.reveal() });
    await client.connect();
    try {
      await client.query(
        `CREATE DATABASE ${client.escapeIdentifier(database)} TEMPLATE ${SEEDED} OWNER suitepost_owner`,
      );
    } finally {
      await client.end();
    }
  }
}

function databaseEnv(postgres: EmbeddedPostgres, database: string): NodeJS.ProcessEnv {
  return {
    DATABASE_URL: onDatabase(postgres.url.reveal(), database),
    DATABASE_MIGRATION_URL: onDatabase(postgres.migrationUrl.reveal(), database),
  };
}

function onDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
