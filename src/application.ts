import { constants, setPriority } from 'node:os';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { registerCallbackParsers } from './modules/callbacks/callback-body.js';
import type { AppConfig } from './modules/platform/config/app-config.js';
import { createHttpAdapter, prepareHttp } from './modules/platform/http/http-adapter.js';
import { answerHealthOnly } from './modules/platform/observability/health-only.js';
import { PlatformLogger } from './modules/platform/observability/platform-logger.js';
import { logRequests } from './modules/platform/observability/request-log.js';
import { serveOpenApi } from './open-api.js';

/**
 * Builds the application without listening.
 * @public the benchmark's seeder takes it from the build
 */
export async function createApplication(config: AppConfig): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config), createHttpAdapter(config), {
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(PlatformLogger));
  prepareHttp(app);
  const fastify = app.getHttpAdapter().getInstance();
  registerCallbackParsers(fastify);
  if (config.role === 'worker') answerHealthOnly(fastify);
  logRequests(fastify, config.logLevel);
  serveOpenApi(app);
  return app;
}

/**
 * Starts what `config.role` says. A worker has no routes but health: it listens all the same, so that a supervisor can ask.
 * @returns the application and the address it listens on
 */
export async function startApplication(config: AppConfig): Promise<{ app: NestFastifyApplication; url: string }> {
  if (config.role === 'worker') yieldToOthers();
  const app = await createApplication(config);
  await app.listen(config.port, config.host);
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  // With PORT=0 the address is known only now.
  if (config.publicUrl.endsWith(':0')) config.publicUrl = url;
  return { app, url };
}

/** WeCom waits a second for an api's answer and nobody for a worker: on a shared machine the api goes first. */
function yieldToOthers(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed here: it was only a courtesy.
  }
}
