import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Keyring, KeyringUnusable } from '../../src/modules/platform/secrets/keyring.js';
import { keyIdOf, open, SealBroken, seal } from '../../src/modules/platform/secrets/sealed-blob.js';
import { Secret } from '../../src/modules/platform/secrets/secret.js';

const key = createSecretKey(randomBytes(32));
const keyId = randomUUID();
const place = ['tokens', 'sealed', 'ww1', 'wpA', '1'];

describe('a sealed value', () => {
  it('opens to what was sealed, whatever that was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (plaintext) => {
        expect(open(key, place, seal(key, keyId, place, plaintext))).toEqual(Buffer.from(plaintext));
      }),
    );
  });

  it('tells which data key it is under', () => {
    expect(keyIdOf(seal(key, keyId, place, Buffer.from('x')))).toBe(keyId);
  });

  it('does not open when any bit of it was changed', () => {
    const blob = seal(key, keyId, place, Buffer.from('permanent code'));
    for (let bit = 0; bit < blob.length * 8; bit++) {
      const changed = Buffer.from(blob);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => open(key, place, changed)).toThrow(SealBroken);
    }
  });

  it('does not open with its tag cut short', () => {
    const blob = seal(key, keyId, place, Buffer.from('permanent code'));
    for (const kept of [4, 8, 12, 15]) {
      expect(() => open(key, place, blob.subarray(0, blob.length - 16 + kept))).toThrow(SealBroken);
    }
  });

  it('does not open in another table, column, suite, corp or generation', () => {
    const blob = seal(key, keyId, place, Buffer.from('permanent code'));
    for (let part = 0; part < place.length; part++) {
      const elsewhere = place.map((value, index) => (index === part ? `${value}x` : value));
      expect(() => open(key, elsewhere, blob)).toThrow(SealBroken);
    }
  });

  it('cannot be moved by shifting a boundary between the parts of its place', () => {
    const blob = seal(key, keyId, ['ab', 'c'], Buffer.from('x'));
    expect(() => open(key, ['a', 'bc'], blob)).toThrow(SealBroken);
  });

  it('does not open under another key', () => {
    expect(() => open(createSecretKey(randomBytes(32)), place, seal(key, keyId, place, Buffer.from('x')))).toThrow(
      SealBroken,
    );
  });
});

describe('Secret', () => {
  it('prints as a fixed mark in every way there is', () => {
    const secret = Secret.of('hunter2');
    const printed = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }, { depth: 9, showHidden: true }),
      inspect(new Error('x', { cause: secret })),
      JSON.stringify(Object.entries(secret)),
    ].join('\n');
    expect(printed).not.toContain('hunter2');
    expect(printed).toContain('[secret]');
  });
});

describe('Keyring', () => {
  const line = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

  it('seals with the first key and opens with all', () => {
    const keyring = Keyring.parse(`${line('new')},${line('old')}`);
    expect(keyring.primaryId).toBe('new');
    expect(keyring.key('old').symmetricKeySize).toBe(32);
  });

  it('refuses an empty list, a short key and an id that stands twice, without quoting them', () => {
    for (const text of ['', '# nothing', 'k1:c2hvcnQ=', `${line('k')}\n${line('k')}`]) {
      expect(() => Keyring.parse(text)).toThrow(KeyringUnusable);
    }
    expect(() => Keyring.parse('k1:hunter2')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
    );
  });

  it('names the key that is missing', () => {
    expect(() => Keyring.parse(line('k1')).key('k0')).toThrow(/"k0"/);
  });
});
