import { describe, expect, it } from '@jest/globals';
import * as official from '@wecom/crypto';
import { callbackSignature, decryptCallback, encryptCallback, sameSignature } from '../src/callback-crypto.ts';

const key = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

describe('callback crypto', () => {
  it('refuses a ciphertext of the wrong length, with the wrong padding, or under another key', () => {
    expect(() => decryptCallback(key, 'AAAA')).toThrow('bad length');
    expect(() => decryptCallback(key, Buffer.alloc(64, 7).toString('base64'))).toThrow('bad padding');
    expect(() => decryptCallback(key.replace('a', 'b'), encryptCallback(key, 'x', 'y'))).toThrow();
  });

  it('refuses an EncodingAESKey that is not 43 characters long', () => {
    expect(() => encryptCallback('short', 'x', 'y')).toThrow('43 characters');
  });

  it.each([0, 1, 11, 12, 13, 31, 32, 33, 1000])('reads back a message of %i bytes, padded to 32', (bytes) => {
    const sealed = encryptCallback(key, 'm'.repeat(bytes), 'wwSuite01');
    expect(Buffer.from(sealed, 'base64').length % 32).toBe(0);
    expect(decryptCallback(key, sealed)).toEqual({ message: 'm'.repeat(bytes), receiveId: 'wwSuite01' });
  });

  it('keeps Chinese text and an empty receive id', () => {
    expect(decryptCallback(key, encryptCallback(key, '授权变更', ''))).toEqual({ message: '授权变更', receiveId: '' });
  });

  it("is read by WeCom's own library, and reads what that library writes", () => {
    const sealed = encryptCallback(key, '<xml>票据</xml>', 'wwSuite01');
    expect(official.decrypt(key, sealed)).toMatchObject({ message: '<xml>票据</xml>', id: 'wwSuite01' });
    const theirs = official.encrypt(key, '<xml>回复</xml>', 'wpCorp');
    expect(decryptCallback(key, theirs)).toEqual({ message: '<xml>回复</xml>', receiveId: 'wpCorp' });
  });

  it("signs like WeCom's own library", () => {
    const values = ['QDG6eK', '1409659813', '1372623149', 'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo'] as const;
    expect(callbackSignature(...values)).toBe(official.getSignature(...values));
  });

  it('tells signatures apart', () => {
    expect(sameSignature('abc', 'abc')).toBe(true);
    expect(sameSignature('abc', 'abd')).toBe(false);
    expect(sameSignature('abc', 'abcd')).toBe(false);
  });
});
