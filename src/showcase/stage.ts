import { type AddressInfo, createServer } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startApplication } from '../application.js';
import { prepareDatabase } from '../database.js';
import { ApiKeysService } from '../modules/platform/access/api-keys.service.js';
import { AppConfig } from '../modules/platform/config/app-config.js';
import { SuitesService } from '../modules/suites/suites.service.js';
import { type DemoWorld, makeDemoWorld } from './demo-world.js';
import { Simulator } from './simulator.js';

const DEMO_KEY_NAME = 'demo';

export interface Stage {
  world: DemoWorld;
  simulator: Simulator;
  app: NestFastifyApplication;
  /** Address of the platform. */
  url: string;
}

/**
 * Sets up everything the demonstration needs, in one process tree: PostgreSQL, the simulator, the platform pointed at it, and the demo suite
 * registered on both sides.
 * @param wished ports; another free one is taken where somebody has it
 * @throws BadEnvironment before anything was started
 */
export async function setStage(
  env: NodeJS.ProcessEnv,
  wished: { platform: number; simulator: number },
  onStop: (stop: () => Promise<unknown>) => void,
): Promise<Stage> {
  const simulatorPort = await portOrAny(wished.simulator);
  const simulatorUrl = `http://127.0.0.1:${simulatorPort}`;
  const environment = {
    ...env,
    PORT: env.PORT ?? String(await portOrAny(wished.platform)),
    WECOM_API_URL: simulatorUrl,
    WECOM_OPEN_URL: simulatorUrl,
    LOG_LEVEL: env.LOG_LEVEL ?? 'error',
  };
  AppConfig.from(environment);
  const starting = Simulator.start(simulatorPort);
  onStop(async () => (await starting).stop());
  const { config, postgres } = await prepareDatabase(environment);
  if (postgres) onStop(() => postgres.stop());
  const { app, url } = await startApplication(config);
  onStop(() => app.close());
  const world = makeDemoWorld();
  await register(app, world);
  const simulator = await starting;
  await simulator.seed(world, url);
  return { world, simulator, app, url };
}

/** A key for the demo suite; the ones of earlier starts are revoked. */
export async function issueDemoKey(app: NestFastifyApplication, suiteId: string, corpId?: string): Promise<string> {
  const keys = app.get(ApiKeysService);
  const name = corpId === undefined ? DEMO_KEY_NAME : `${DEMO_KEY_NAME} ${corpId}`;
  for (const old of await keys.list({ suiteId })) {
    if (old.name === name && old.state === 'live') await keys.revoke(old.id);
  }
  const { key } = await keys.create({
    name,
    suiteId,
    scopes: ['notice:send', 'notice:read'],
    createdBy: 'demo',
    ...(corpId === undefined ? {} : { corpId }),
  });
  return key.reveal();
}

async function register(app: NestFastifyApplication, { provider, suite }: DemoWorld): Promise<void> {
  const suites = app.get(SuitesService);
  await suites.registerProvider({
    providerCorpId: provider.corpId,
    name: provider.name,
    providerSecret: provider.secret,
    callbackToken: provider.token,
    encodingAesKey: provider.encodingAesKey,
  });
  await suites.register({
    suiteId: suite.suiteId,
    providerCorpId: provider.corpId,
    kind: 'third_party',
    name: suite.name,
    suiteSecret: suite.secret,
    callbackToken: suite.token,
    encodingAesKey: suite.encodingAesKey,
    miniProgramAppid: suite.miniProgramAppid,
  });
}

/** The wished port, or any free one when somebody else has it. */
async function portOrAny(wished: number): Promise<number> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(portOrAny(0)));
    probe.listen(wished, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
