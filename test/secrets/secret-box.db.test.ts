import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlatformSecrets } from '../../src/modules/platform/secrets/platform-secrets.js';
import { SealBroken } from '../../src/modules/platform/secrets/sealed-blob.js';
import { Secret } from '../../src/modules/platform/secrets/secret.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testSecretBox } from '../support/keyring.js';

const SUITE_ID = 'ww1';
const context = (corpId: string) => ({ corpId, suiteId: SUITE_ID, table: 'tokens', column: 'sealed', generation: 1 });

describe('SecretBox', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  const sealFor = (box: ReturnType<typeof testSecretBox>, corpId: string, value: string) =>
    test.db.asCorp(corpId, (tx) => box.seal(tx, context(corpId), Secret.of(value)));
  const openFor = async (box: ReturnType<typeof testSecretBox>, corpId: string, blob: Buffer) =>
    (await test.db.asCorp(corpId, (tx) => box.open(tx, context(corpId), blob))).reveal();

  it('opens on another instance what this one sealed', async () => {
    const blob = await sealFor(testSecretBox(test.db), 'wpA', 'token-of-a');
    expect(await openFor(testSecretBox(test.db), 'wpA', blob)).toBe('token-of-a');
  });

  it('gives each corp a data key of its own', async () => {
    const box = testSecretBox(test.db);
    await sealFor(box, 'wpA', 'x');
    await sealFor(box, 'wpB', 'x');
    const keys = await test.everything(`SELECT id FROM data_keys WHERE corp_id IN ('wpA', 'wpB')`);
    expect(new Set(keys.map(({ id }) => id)).size).toBe(2);
  });

  it('does not open the value of one corp as that of another', async () => {
    const box = testSecretBox(test.db);
    const blob = await sealFor(box, 'wpA', 'token-of-a');
    await sealFor(box, 'wpB', 'x');
    await expect(openFor(box, 'wpB', blob)).rejects.toThrow(SealBroken);
  });

  it('agrees with itself when many seal for a new corp at once', async () => {
    const boxes = Array.from({ length: 4 }, () => testSecretBox(test.db));
    const blobs = await Promise.all(boxes.map((box) => sealFor(box, 'wpNew', 'same')));
    for (const blob of blobs) expect(await openFor(testSecretBox(test.db), 'wpNew', blob)).toBe('same');
  });

  it('can read nothing of a corp whose keys were destroyed', async () => {
    const box = testSecretBox(test.db);
    const blob = await sealFor(box, 'wpGone', 'secret');
    await test.db.asCorp('wpGone', (tx) => box.destroyKeys(tx, 'wpGone', SUITE_ID));
    await expect(openFor(box, 'wpGone', blob)).rejects.toThrow(SealBroken);
  });

  it('never seals under a key that another instance has destroyed meanwhile', async () => {
    const here = testSecretBox(test.db);
    const there = testSecretBox(test.db);
    const before = await sealFor(here, 'wpBack', 'old');
    expect(await openFor(here, 'wpBack', before)).toBe('old');
    await test.db.asCorp('wpBack', (tx) => there.destroyKeys(tx, 'wpBack', SUITE_ID));
    await sealFor(there, 'wpBack', 'installed again');
    const after = await sealFor(here, 'wpBack', 'new');
    expect(await openFor(testSecretBox(test.db), 'wpBack', after)).toBe('new');
  });

  it('keeps no key of a transaction that was rolled back', async () => {
    const box = testSecretBox(test.db);
    const undone = test.db.asCorp('wpUndone', async (tx) => {
      await box.seal(tx, context('wpUndone'), Secret.of('x'));
      await box.seal(tx, context('wpUndone'), Secret.of('y'));
      throw new Error('rolled back');
    });
    await expect(undone).rejects.toThrow('rolled back');
    const blob = await sealFor(box, 'wpUndone', 'kept');
    expect(await openFor(testSecretBox(test.db), 'wpUndone', blob)).toBe('kept');
  });

  it('makes each platform secret once, for all instances', async () => {
    const made = await Promise.all(
      Array.from({ length: 5 }, () => new PlatformSecrets(test.db, testSecretBox(test.db)).get('cursor_key')),
    );
    expect(new Set(made.map((secret) => secret.reveal())).size).toBe(1);
    const [row] = await test.everything<{ sealed: Buffer }>('SELECT sealed FROM platform_secrets');
    expect(row?.sealed.includes(made[0]?.reveal() ?? '')).toBe(false);
  });
});
