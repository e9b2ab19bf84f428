import { LeasedTokens } from '../../src/modules/platform/leases/leased-tokens.js';
import { TokenRows } from '../../src/modules/platform/leases/token-rows.js';
import { SuiteCredentials } from '../../src/modules/suites/suite-credentials.js';
import { SuiteTicketsService } from '../../src/modules/suites/suite-tickets.service.js';
import { SuiteTokensService } from '../../src/modules/suites/suite-tokens.service.js';
import { SuitesService } from '../../src/modules/suites/suites.service.js';
import { SuiteApi } from '../../src/modules/wecom/suite-api.js';
import { WecomClient } from '../../src/modules/wecom/wecom.client.js';
import { WecomClientOptions } from '../../src/modules/wecom/wecom-client-options.js';
import type { TestDatabase } from '../support/database.js';
import { testSecretBox } from '../support/keyring.js';

export const PROVIDER = { providerCorpId: 'wwProvider', name: '服务商', providerSecret: 'canary-provider-secret' };

export function suiteInput(suiteId: string) {
  return {
    suiteId,
    providerCorpId: PROVIDER.providerCorpId,
    kind: 'third_party' as const,
    name: '电子签',
    suiteSecret: `canary-secret-of-${suiteId}`,
    callbackToken: 'canaryCallbackToken',
    encodingAesKey: 'canaryAesKey0123456789012345678901234567890',
  };
}

/** What one process has of suites, on the shared database, talking to `wecomUrl`. */
export function suitesOn(test: TestDatabase, wecomUrl = 'http://127.0.0.1:9') {
  const box = testSecretBox(test.db);
  const leasedTokens = new LeasedTokens(new TokenRows(test.db, box));
  const credentials = new SuiteCredentials(test.db, box);
  const tickets = new SuiteTicketsService(test.db, box, leasedTokens);
  const client = new WecomClient(new WecomClientOptions({ baseUrl: wecomUrl }));
  const suiteApi = new SuiteApi(client);
  const suites = new SuitesService(test.db, credentials, tickets);
  const suiteTokens = new SuiteTokensService(leasedTokens, credentials, tickets, suiteApi);
  return { leasedTokens, tickets, client, suiteApi, suites, suiteTokens };
}
