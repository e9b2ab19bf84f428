import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startApplication } from '../../src/application.js';
import { AppConfig } from '../../src/modules/platform/config/app-config.js';
import { TEST_ENCRYPTION_KEYS } from './keyring.js';

export interface TestApp {
  url: string;
  app: NestFastifyApplication;
  close(): Promise<void>;
}

/** Boots the whole application, as `npm start` would, on a free port. */
export async function bootApp(options: {
  databaseUrl: string;
  simulatorUrl: string;
  role?: 'api' | 'worker' | 'all';
  env?: Record<string, string>;
}): Promise<TestApp> {
  const config = AppConfig.from({
    DATABASE_URL: options.databaseUrl,
    ENCRYPTION_KEYS: TEST_ENCRYPTION_KEYS,
    WECOM_API_URL: options.simulatorUrl,
    WECOM_OPEN_URL: options.simulatorUrl,
    ROLE: options.role ?? 'all',
    PORT: '0',
    LOG_LEVEL: 'silent',
    ...options.env,
  });
  const { app, url } = await startApplication(config);
  return { url, app, close: () => app.close() };
}
