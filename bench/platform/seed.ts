import type { INestApplicationContext } from '@nestjs/common';
import {
  benchCorps,
  CALLBACK_TOKEN,
  ENCODING_AES_KEY,
  MINI_PROGRAM_APPID,
  PROVIDER_CORP_ID,
  SUITE_ID,
  SUITE_SECRET,
  SUITE_TICKET,
} from '../load/corps.ts';
import { answerParent } from '../rig/child-side.ts';
import { concurrently } from '../rig/concurrently.ts';
import { built } from './built.ts';

/** Half of the platform's connections. */
const SEEDED_AT_ONCE = 5;

/** One suite, its corps installed and with tokens, one API key: made by the platform's own services. */
answerParent({
  seed: async () => {
    const { createApplication } = await built<typeof import('../../src/application.ts')>('src/application.js');
    const { AppConfig } = await built<typeof import('../../src/modules/platform/config/app-config.ts')>(
      'src/modules/platform/config/app-config.js',
    );
    // `createApplication` starts no worker and no schedule: those wait for `listen`.
    const app = await createApplication(AppConfig.from({ ...process.env, ROLE: 'api', LOG_LEVEL: 'warn' }));
    try {
      await seedSuite(app);
      await seedAuthorizations(app);
      return await makeApiKey(app);
    } finally {
      await app.close();
    }
  },
});

async function seedSuite(app: INestApplicationContext): Promise<void> {
  const { SuitesService } = await built<typeof import('../../src/modules/suites/suites.service.ts')>(
    'src/modules/suites/suites.service.js',
  );
  const { Secret } = await secretModule();
  const suites = app.get(SuitesService);
  await suites.registerProvider({ providerCorpId: PROVIDER_CORP_ID, name: 'bench provider' });
  await suites.register({
    suiteId: SUITE_ID,
    providerCorpId: PROVIDER_CORP_ID,
    kind: 'third_party',
    name: 'bench suite',
    suiteSecret: SUITE_SECRET,
    callbackToken: CALLBACK_TOKEN,
    encodingAesKey: ENCODING_AES_KEY,
    miniProgramAppid: MINI_PROGRAM_APPID,
  });
  await suites.recordTicket(SUITE_ID, Secret.of(SUITE_TICKET), Math.floor(Date.now() / 1_000));
}

/** Written as the exchange of an auth code leaves them, without the exchange: the sink is no WeCom. */
async function seedAuthorizations(app: INestApplicationContext): Promise<void> {
  const { Database } = await built<typeof import('../../src/modules/platform/database/database.ts')>(
    'src/modules/platform/database/database.js',
  );
  const { SecretBox } = await built<typeof import('../../src/modules/platform/secrets/secret-box.ts')>(
    'src/modules/platform/secrets/secret-box.js',
  );
  const { CorpTokensService } = await built<typeof import('../../src/modules/tokens/corp-tokens.service.ts')>(
    'src/modules/tokens/corp-tokens.service.js',
  );
  const { Secret } = await secretModule();
  const [database, box, tokens] = [app.get(Database), app.get(SecretBox), app.get(CorpTokensService)];
  const corps = benchCorps();
  await concurrently(corps.length, SEEDED_AT_ONCE, async (index) => {
    const { corpId, permanentCode, agentId } = corps[index]!;
    await database.asCorp(corpId, async (tx) => {
      const place = {
        corpId,
        suiteId: SUITE_ID,
        table: 'authorizations',
        column: 'permanent_code_sealed',
        generation: 1,
      };
      const sealed = await box.seal(tx, place, Secret.of(permanentCode));
      await tx.count(
        `INSERT INTO authorizations (corp_id, suite_id, generation, state, permanent_code_sealed, agent_id, corp_name, installed_via, info_pulled_at)
         VALUES ($1, $2, 1, 'active', $3, $4, 'bench corp', 'bench', now())`,
        [corpId, SUITE_ID, sealed, agentId],
      );
    });
    await tokens.tokenFor({ corpId, suiteId: SUITE_ID });
  });
}

async function makeApiKey(app: INestApplicationContext): Promise<string> {
  const { ApiKeysService } = await built<typeof import('../../src/modules/platform/access/api-keys.service.ts')>(
    'src/modules/platform/access/api-keys.service.js',
  );
  const request = {
    name: 'bench',
    suiteId: SUITE_ID,
    scopes: ['notice:send', 'notice:read'],
    createdBy: 'bench',
  } as const;
  const { key } = await app.get(ApiKeysService).create(request);
  return key.reveal();
}

function secretModule() {
  return built<typeof import('../../src/modules/platform/secrets/secret.ts')>('src/modules/platform/secrets/secret.js');
}
