import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type RunningSimulator, startSimulator } from '@suitepost/wecom-simulator';
import type { CorpDefinition } from '@suitepost/wecom-simulator/control';
import { SimulatorControl } from '@suitepost/wecom-simulator/control';
import { AuthorizationsService } from '../../src/modules/authorizations/authorizations.service.js';
import { ApiKeysService } from '../../src/modules/platform/access/api-keys.service.js';
import { SuitesService } from '../../src/modules/suites/suites.service.js';
import { bootApp, type TestApp } from './app.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { until } from './until.js';

export const PROVIDER = {
  corpId: 'wwProviderOfTests01',
  name: 'Tests',
  secret: 'canary-provider-secret-01',
  token: 'canaryProviderToken01',
  encodingAesKey: `canaryProviderAesKey${'p'.repeat(22)}A`,
};
export const SUITE = {
  suiteId: 'ww1suiteoftests01',
  name: 'Contracts',
  secret: 'canary-suite-secret-01',
  token: 'canarySuiteToken01',
  encodingAesKey: `canarySuiteAesKey${'s'.repeat(25)}A`,
  providerCorpId: PROVIDER.corpId,
};
const APPID = 'wx1234567890abcdef';

/** The simulator, a database, and one instance of the platform with the suite registered on both sides. */
export interface World {
  database: TestDatabase;
  control: SimulatorControl;
  simulator: RunningSimulator;
  simulatorUrl: string;
  /** The instance that WeCom's callbacks go to. */
  instance: TestApp;
  app: NestFastifyApplication;
  /** A key that acts for every corp of the suite. */
  key: string;
  addCorp(corp: CorpDefinition): Promise<void>;
  /** Creates the corp and lets it install from the app market; resolves when it is active and its agent known. */
  install(corp: CorpDefinition): Promise<void>;
  send(corpId: string, notice: object, options?: { key?: string; idempotencyKey?: string }): Promise<Response>;
  accept(corpId: string, notice: object): Promise<string>;
  /** The notice once nothing of it is on its way. */
  settled(noticeId: string): Promise<SettledNotice>;
  notice(noticeId: string): Promise<SettledNotice>;
  close(): Promise<void>;
}

export interface SettledNotice {
  id: string;
  state: string;
  recipients: number;
  deliveries: {
    state: string;
    msgid?: string;
    errcode?: number;
    reason?: string;
    attempts: number;
    recipients: { kind: string; id: string; state: string }[];
  }[];
}

/** Of all calls of the notice. */
export function recipientsOf(notice: SettledNotice): { kind: string; id: string; state: string }[] {
  return notice.deliveries.flatMap((delivery) => delivery.recipients);
}

let sent = 0;

export async function createWorld(
  options: { role?: 'api' | 'all'; env?: Record<string, string> } = {},
): Promise<World> {
  const database = await createTestDatabase();
  const simulator = await startSimulator({ quiet: true, ticketIntervalSeconds: null });
  const control = new SimulatorControl(simulator.url);
  const instance = await bootApp({
    databaseUrl: database.url,
    simulatorUrl: simulator.url,
    role: options.role ?? 'all',
    ...(options.env ? { env: options.env } : {}),
  });
  const { app, url } = instance;
  await registerSuite(app);
  await control.putProvider(PROVIDER);
  await control.putSuite({
    ...SUITE,
    commandUrl: `${url}/callbacks/${SUITE.suiteId}/command`,
    dataUrl: `${url}/callbacks/${SUITE.suiteId}/data/$CORPID$`,
  });
  await control.putMiniProgram({ appid: APPID, name: 'Contracts', suiteIds: [SUITE.suiteId] });
  const { key } = await app
    .get(ApiKeysService)
    .create({ name: 'tests', suiteId: SUITE.suiteId, scopes: ['notice:send', 'notice:read'], createdBy: 'tests' });
  await control.pushTicket(SUITE.suiteId);

  const corpIds: string[] = [];
  const addCorp = async (corp: CorpDefinition): Promise<void> => {
    await control.putCorp(corp);
    corpIds.push(corp.corpId);
    await control.putMiniProgram({ appid: APPID, name: 'Contracts', suiteIds: [SUITE.suiteId], corpIds });
  };
  const world: World = {
    database,
    control,
    simulator,
    simulatorUrl: simulator.url,
    instance,
    app,
    key: key.reveal(),
    addCorp,
    install: async (corp) => {
      await addCorp(corp);
      await control.install({ suiteId: SUITE.suiteId, corpId: corp.corpId, mode: 'market' });
      await until(async () => {
        const authorization = await app.get(AuthorizationsService).find(corp.corpId, SUITE.suiteId);
        return authorization?.state === 'active' && authorization.agentId !== undefined;
      }, `the authorization of ${corp.corpId}`);
    },
    send: (corpId, notice, { key: other, idempotencyKey } = {}) =>
      fetch(`${url}/v1/corps/${corpId}/notices`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${other ?? key.reveal()}`,
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey ?? `test-${process.pid}-${++sent}`,
        },
        body: JSON.stringify(notice),
      }),
    accept: async (corpId, notice) => {
      const response = await world.send(corpId, notice);
      const answer = (await response.json()) as { id: string };
      if (response.status !== 202) throw new Error(`not accepted: ${response.status} ${JSON.stringify(answer)}`);
      return answer.id;
    },
    notice: async (noticeId) => {
      const response = await fetch(`${url}/v1/notices/${noticeId}`, {
        headers: { authorization: `Bearer ${key.reveal()}` },
      });
      return (await response.json()) as SettledNotice;
    },
    settled: async (noticeId) =>
      until(async () => {
        const notice = await world.notice(noticeId);
        return ['queued', 'sending'].includes(notice.state) ? undefined : notice;
      }, `notice ${noticeId} to settle`),
    close: async () => {
      await instance.close();
      await simulator.close();
      await database.drop();
    },
  };
  return world;
}

async function registerSuite(app: NestFastifyApplication): Promise<void> {
  const suites = app.get(SuitesService);
  await suites.registerProvider({
    providerCorpId: PROVIDER.corpId,
    name: PROVIDER.name,
    providerSecret: PROVIDER.secret,
    callbackToken: PROVIDER.token,
    encodingAesKey: PROVIDER.encodingAesKey,
  });
  await suites.register({
    suiteId: SUITE.suiteId,
    providerCorpId: PROVIDER.corpId,
    kind: 'third_party',
    name: SUITE.name,
    suiteSecret: SUITE.secret,
    callbackToken: SUITE.token,
    encodingAesKey: SUITE.encodingAesKey,
    miniProgramAppid: APPID,
  });
}

/** A notice that names what it is about in its first row. */
export function contractNotice(touser: string, name = '电子签合同'): Record<string, unknown> {
  return {
    touser,
    msgtype: 'miniprogram_notice',
    miniprogram_notice: {
      appid: APPID,
      page: 'pages/index/index',
      title: '合同生成成功',
      emphasis_first_item: true,
      content_item: [{ key: '合同名称', value: name }],
    },
  };
}

export function members(...userIds: string[]): { userId: string; name: string }[] {
  return userIds.map((userId) => ({ userId, name: userId }));
}
