import type { Database } from '../../src/modules/platform/database/database.js';
import { DataKeys } from '../../src/modules/platform/secrets/data-keys.js';
import { Keyring } from '../../src/modules/platform/secrets/keyring.js';
import { SecretBox } from '../../src/modules/platform/secrets/secret-box.js';

/** The key every test shares; also what child processes of a test get as ENCRYPTION_KEYS. */
export const TEST_ENCRYPTION_KEYS = `test:${Buffer.alloc(32, 7).toString('base64')}`;

function testKeyring(): Keyring {
  return Keyring.parse(TEST_ENCRYPTION_KEYS);
}

export function testSecretBox(db: Database): SecretBox {
  return new SecretBox(new DataKeys(db, testKeyring()));
}
