import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ApiKeyRequest, ApiKeysService } from '../../src/modules/platform/access/api-keys.service.js';
import { Database } from '../../src/modules/platform/database/database.js';
import { SuitesService } from '../../src/modules/suites/suites.service.js';
import { bootApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

export const SUITE = 'dk0000000000000001';
export const OTHER_SUITE = 'dk0000000000000002';
const APPID = 'wx1111111111111111';
const PROVIDER = 'wwprovider00000001';

export interface Stage {
  app: NestFastifyApplication;
  database: TestDatabase;
  /** A key that may do everything, unless said otherwise. */
  key(request?: Partial<ApiKeyRequest>): Promise<string>;
  authorize(corpId: string, options?: { suiteId?: string; state?: string; agentId?: number | null }): Promise<void>;
  post(request: { key: string; corpId: string; body: unknown; idempotencyKey?: string }): Promise<Answer>;
  get(key: string, path: string): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: {
    id: string;
    code: string;
    request_id: string;
    state: string;
    errors: { field: string; rule: string; given?: unknown }[];
    items: { id: string; state: string; msgtype: string }[];
    [name: string]: unknown;
  };
}

/** The whole application in the role of an API process: notices are accepted and stay queued. */
export async function setStage(): Promise<Stage> {
  const database = await createTestDatabase();
  // Nothing listens there: an api process calls nobody.
  const { app, close } = await bootApp({ databaseUrl: database.url, simulatorUrl: 'http://127.0.0.1:9', role: 'api' });
  const suites = app.get(SuitesService);
  await suites.registerProvider({ providerCorpId: PROVIDER, name: 'provider' });
  for (const suiteId of [SUITE, OTHER_SUITE]) {
    await suites.register({
      suiteId,
      providerCorpId: PROVIDER,
      kind: 'third_party',
      name: 'suite',
      suiteSecret: 'secret',
      callbackToken: 'token',
      encodingAesKey: 'a'.repeat(43),
      miniProgramAppid: APPID,
      lengthMode: suiteId === SUITE ? 'strict' : 'lenient',
    });
  }
  let keys = 0;
  return {
    app,
    database,
    key: async (request = {}) => {
      const { key } = await app.get(ApiKeysService).create({
        name: 'test',
        suiteId: SUITE,
        scopes: ['notice:send', 'notice:read'],
        createdBy: 'test',
        ...request,
      });
      return key.reveal();
    },
    authorize: async (corpId, { suiteId = SUITE, state = 'active', agentId = 1000002 } = {}) => {
      await app
        .get(Database)
        .asCorp(corpId, (tx) =>
          tx.count(
            `INSERT INTO authorizations (corp_id, suite_id, state, agent_id, installed_via) VALUES ($1, $2, $3, $4, 'test')`,
            [corpId, suiteId, state, agentId],
          ),
        );
    },
    post: async ({ key, corpId, body, idempotencyKey = `key-${keys++}` }) =>
      answerOf(
        await app.inject({
          method: 'POST',
          url: `/v1/corps/${encodeURIComponent(corpId)}/notices`,
          headers: {
            authorization: `Bearer ${key}`,
            'idempotency-key': idempotencyKey,
            'content-type': 'application/json',
          },
          payload: JSON.stringify(body),
        }),
      ),
    get: async (key, path) =>
      answerOf(await app.inject({ method: 'GET', url: path, headers: { authorization: `Bearer ${key}` } })),
    close: async () => {
      await close();
      await database.drop();
    },
  };
}

export function answerOf(response: { statusCode: number; headers: object; body: string }): Answer {
  return {
    status: response.statusCode,
    headers: response.headers as Record<string, unknown>,
    body: JSON.parse(response.body === '' ? '{}' : response.body) as Answer['body'],
  };
}

export const textTo = (touser: string, content = 'hello', around: object = {}) => ({
  touser,
  msgtype: 'text',
  text: { content },
  ...around,
});

export const CARD = {
  touser: 'YuanLaiShiNi',
  msgtype: 'miniprogram_notice',
  miniprogram_notice: { page: 'pages/index/index', title: '合同生成成功' },
};
