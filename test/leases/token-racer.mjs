// A process of its own that holds a token when told to. It runs the build, as production does; `npm test` builds first.
import { createDataSource } from '../../dist/src/modules/platform/database/data-source.js';
import { Database } from '../../dist/src/modules/platform/database/database.js';
import { LeasedTokens } from '../../dist/src/modules/platform/leases/leased-tokens.js';
import { TokenRows } from '../../dist/src/modules/platform/leases/token-rows.js';
import { DataKeys } from '../../dist/src/modules/platform/secrets/data-keys.js';
import { Keyring } from '../../dist/src/modules/platform/secrets/keyring.js';
import { Secret } from '../../dist/src/modules/platform/secrets/secret.js';
import { SecretBox } from '../../dist/src/modules/platform/secrets/secret-box.js';

const { RACE_DATABASE_URL: url, RACE_UPSTREAM_URL: upstream, RACE_ENCRYPTION_KEYS: keys } = process.env;
const dataSource = createDataSource({ url, poolSize: 5, applicationName: 'racer', statementTimeoutMs: 5_000 });
await dataSource.initialize();
const database = new Database(dataSource);
const box = new SecretBox(new DataKeys(database, Keyring.parse(keys)));
const tokens = new LeasedTokens(new TokenRows(database, box));

const source = {
  generation: async () => 1,
  fetch: async () => {
    const answer = await (await fetch(upstream)).json();
    return { token: Secret.of(answer.token), expiresInSeconds: 7_200 };
  },
};

process.on('message', async ({ corpId, callers }) => {
  const id = { corpId, suiteId: 'ww_suite', kind: 'corp' };
  const held = await Promise.allSettled(Array.from({ length: callers }, () => tokens.hold(id, source)));
  process.send({
    tokens: held.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.token.reveal()] : [])),
    errors: held.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : [])),
  });
});
process.on('disconnect', () => process.exit(0));
process.send('ready');
