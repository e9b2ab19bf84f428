import { type RunningSimulator, startSimulator } from '@suitepost/wecom-simulator';
import { SimulatorControl } from '@suitepost/wecom-simulator/control';
import { SuitesService } from '../../src/modules/suites/suites.service.js';
import { bootApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { AES_KEY, TOKEN } from './wecom-envelope.js';

export const PROVIDER = 'wwprovider0001';
export const SUITE = 'wwsuite00000001';
/** Released never: installs in test mode. */
export const UNRELEASED = 'wwsuite00000002';
export const TEMPLATE = 'dktemplate00001';
const SECRET = 'suite-secret-0123456789';
const SYSTEM_TOKEN = 'SystemToken';
const SYSTEM_AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

export interface Rig {
  readonly wecom: SimulatorControl;
  readonly simulator: RunningSimulator;
  readonly database: TestDatabase;
  readonly app: TestApp;
  /** Stops and starts the application on the same database. */
  boot(options?: { role?: 'api' | 'worker' | 'all'; env?: Record<string, string> }): Promise<TestApp>;
  /** Pushes a ticket to each suite and waits until it is stored: a push is answered before it is worked on. */
  giveTickets(...suiteIds: string[]): Promise<void>;
  close(): Promise<void>;
}

/** The whole platform and a WeCom that pushes to it: one provider, three suites, nothing installed. */
export async function startRig(options: { env?: Record<string, string>; role?: 'api' | 'all' } = {}): Promise<Rig> {
  const database = await createTestDatabase();
  const simulator = await startSimulator({ ticketIntervalSeconds: null, quiet: true });
  const wecom = new SimulatorControl(simulator.url);
  const apps: TestApp[] = [];
  const boot: Rig['boot'] = async (overrides = {}) => {
    const app = await bootApp({ databaseUrl: database.url, simulatorUrl: simulator.url, ...options, ...overrides });
    apps.push(app);
    return app;
  };
  const app = await boot();
  const suites = app.app.get(SuitesService);
  await suites.registerProvider({
    providerCorpId: PROVIDER,
    name: '服务商',
    providerSecret: 'provider-secret',
    callbackToken: SYSTEM_TOKEN,
    encodingAesKey: SYSTEM_AES_KEY,
  });
  await wecom.putProvider({
    corpId: PROVIDER,
    secret: 'provider-secret',
    token: SYSTEM_TOKEN,
    encodingAesKey: SYSTEM_AES_KEY,
    systemUrl: `${app.url}/callbacks/provider/${PROVIDER}`,
  });
  for (const [suiteId, kind] of [
    [SUITE, 'third_party'],
    [UNRELEASED, 'third_party'],
    [TEMPLATE, 'customized'],
  ] as const) {
    await suites.register({
      suiteId,
      providerCorpId: PROVIDER,
      kind,
      name: '电子签 <合同>',
      suiteSecret: SECRET,
      callbackToken: TOKEN,
      encodingAesKey: AES_KEY,
      authType: suiteId === UNRELEASED ? 1 : 0,
    });
    await wecom.putSuite({
      suiteId,
      kind: kind === 'customized' ? 'customized' : 'third-party',
      secret: SECRET,
      token: TOKEN,
      encodingAesKey: AES_KEY,
      providerCorpId: PROVIDER,
      released: suiteId !== UNRELEASED,
      commandUrl: `${app.url}/callbacks/${suiteId}/command`,
      dataUrl: `${app.url}/callbacks/${suiteId}/data/$CORPID$`,
    });
  }
  return {
    wecom,
    simulator,
    database,
    app,
    boot,
    giveTickets: async (...suiteIds) => {
      for (const suiteId of suiteIds) {
        await wecom.pushTicket(suiteId);
        await until(async () => (await suites.ticketAge(suiteId)).health === 'fresh', `the ticket of ${suiteId}`);
      }
    },
    close: async () => {
      for (const running of apps) await running.close();
      await simulator.close();
      await database.drop();
    },
  };
}
