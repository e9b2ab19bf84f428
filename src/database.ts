import { AppConfig } from './modules/platform/config/app-config.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './modules/platform/database/embedded-postgres.js';
import { migrate } from './modules/platform/database/migrate.js';

export interface PreparedDatabase {
  config: AppConfig;
  /** Undefined when DATABASE_URL points to a server that is not ours. */
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
