import { AppConfig } from './modules/platform/config/app-config.js';
import {
  attachToRunningPostgres,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from './modules/platform/database/embedded-postgres.js';
import { migrate } from './modules/platform/database/migrate.js';
import { FolderInUse } from './modules/platform/database/owner-lock.js';

export interface PreparedDatabase {
  config: AppConfig;
  /** Undefined when the server is not ours to stop. */
  postgres: EmbeddedPostgres | undefined;
  migrated: string[];
}

/**
 * Reads the configuration and sees to a database that is up to date: the one of DATABASE_URL, or an embedded one.
 * @throws BadEnvironment, FolderInUse
 */
export async function prepareDatabase(env: NodeJS.ProcessEnv): Promise<PreparedDatabase> {
  const asked = AppConfig.from(env);
  if (!asked.usesEmbeddedPostgres) {
    return { config: asked, postgres: undefined, migrated: await migrate(asked.databaseMigrationUrl) };
  }
  const postgres = await startEmbeddedPostgres(asked.dataDir);
  try {
    const migrated = await migrate(postgres.migrationUrl);
    return { config: AppConfig.from(env, postgres), postgres, migrated };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** Like `prepareDatabase`, for a command: where a running suitepost holds the embedded database, it works on that one. */
export async function prepareDatabaseBeside(env: NodeJS.ProcessEnv): Promise<PreparedDatabase> {
  try {
    return await prepareDatabase(env);
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error;
    const running = await attachToRunningPostgres(AppConfig.from(env).dataDir);
    return { config: AppConfig.from(env, running), postgres: undefined, migrated: [] };
  }
}
