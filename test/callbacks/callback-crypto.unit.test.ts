import { describe, expect, it } from '@jest/globals';
import * as oracle from '@wecom/crypto';
import fc from 'fast-check';
import { CallbackCrypto } from '../../src/modules/callbacks/callback-crypto.js';
import { CallbackRefused } from '../../src/modules/callbacks/callbacks.errors.js';
import { readMessage } from '../../src/modules/callbacks/message-reader.js';
import { AES_KEY, cipherText, encrypt, KEYS, padded, plaintext, sign, TOKEN } from './wecom-envelope.js';

const SUITE = 'wwddddccc7775555aaa';
const crypto = new CallbackCrypto(KEYS);

const checkOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof CallbackRefused) return error.check;
    throw error;
  }
  return 'accepted';
};
const openBlocks = (blocks: Buffer) => {
  const encrypted = cipherText(blocks);
  return () => crypto.open(sign(encrypted), encrypted, [SUITE]);
};
const openEncrypted = (encrypted: string) => () => crypto.open(sign(encrypted), encrypted, [SUITE]);

/** Well-formed UTF-8: WeCom sends nothing else. */
const text = fc.string({ unit: 'grapheme', maxLength: 600 });
const id = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-'), minLength: 4, maxLength: 64 });
const aesKey = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'),
  minLength: 43,
  maxLength: 43,
});

describe('refusing callbacks', () => {
  const good = encrypt('<xml/>', SUITE);

  it('compares the signature before it looks at anything else', () => {
    const query = sign(good);
    expect(checkOf(() => crypto.open({ ...query, signature: query.signature.replace(/^./, 'g') }, good, [SUITE]))).toBe(
      'signature',
    );
    expect(checkOf(() => crypto.open({ ...query, signature: query.signature.toUpperCase() }, good, [SUITE]))).toBe(
      'signature',
    );
    expect(checkOf(() => crypto.open({ ...query, signature: '' }, good, [SUITE]))).toBe('signature');
    expect(checkOf(() => crypto.open({ ...query, signature: `${query.signature}0` }, good, [SUITE]))).toBe('signature');
    expect(checkOf(() => crypto.open({ ...query, timestamp: '1700000001' }, good, [SUITE]))).toBe('signature');
    expect(checkOf(() => crypto.open({ ...query, nonce: 'other' }, good, [SUITE]))).toBe('signature');
    expect(checkOf(() => crypto.open(sign(good, '1', '2', 'another token'), good, [SUITE]))).toBe('signature');
    expect(checkOf(() => crypto.open(query, '!not base64!', [SUITE]))).toBe('signature');
  });

  it('refuses every single changed hexadecimal digit of a signature', () => {
    const query = sign(good);
    for (let index = 0; index < 40; index++) {
      const digit = query.signature[index] === '0' ? '1' : '0';
      const signature = query.signature.slice(0, index) + digit + query.signature.slice(index + 1);
      expect(checkOf(() => crypto.open({ ...query, signature }, good, [SUITE]))).toBe('signature');
    }
  });

  it.each([
    ['another alphabet', good.replace(/^./, '-')],
    ['white space', `${good.slice(0, 8)} ${good.slice(9)}`],
    ['a length that is no multiple of four', good.slice(0, -1)],
    ['padding in the middle', `${good.slice(0, 4)}====${good.slice(8)}`],
    ['half a block', Buffer.alloc(40).toString('base64')],
    ['a single block', Buffer.alloc(16).toString('base64')],
    ['nothing', ''],
  ])('refuses base64 with %s', (_, encrypted) => {
    expect(checkOf(openEncrypted(encrypted))).toBe('base64');
  });

  it.each([0, 33, 255])('refuses the pad byte %d', (pad) => {
    const blocks = padded(plaintext('<xml/>', SUITE));
    blocks[blocks.length - 1] = pad;
    expect(checkOf(openBlocks(blocks))).toBe('padding');
  });

  it('refuses pad bytes that differ', () => {
    const blocks = padded(plaintext('<xml/>', SUITE));
    const pad = blocks[blocks.length - 1] as number;
    blocks[blocks.length - pad] = pad - 1;
    expect(checkOf(openBlocks(blocks))).toBe('padding');
  });

  it('refuses a plaintext that ends before its length field', () => {
    expect(checkOf(openBlocks(padded(Buffer.alloc(19))))).toBe('length');
    expect(checkOf(openBlocks(Buffer.alloc(32, 32)))).toBe('length');
  });

  it.each([7, 1_000, 2 ** 31, 4_294_967_295])('refuses the length field %d for a shorter message', (length) => {
    expect(checkOf(openBlocks(padded(plaintext('', '', length))))).toBe('length');
  });

  it('counts a length field that reaches into the receive id as another receive id', () => {
    expect(checkOf(openBlocks(padded(plaintext('<xml/>', SUITE, 7))))).toBe('receive_id');
  });

  it.each([
    ['another suite', 'wwother'],
    ['the same id in another case', SUITE.toUpperCase()],
    ['nobody', ''],
    ['a longer id', `${SUITE}x`],
    ['a NUL behind it', `${SUITE}\0`],
  ])('refuses a message for %s', (_, receiver) => {
    const encrypted = encrypt('<xml/>', receiver);
    expect(checkOf(openEncrypted(encrypted))).toBe('receive_id');
  });

  it('refuses bytes that are no UTF-8, in the message and in the receive id', () => {
    expect(checkOf(openBlocks(padded(plaintext(Buffer.from([0xc3, 0x28]), SUITE))))).toBe('utf8');
    expect(checkOf(openBlocks(padded(plaintext('<xml/>', Buffer.from([0xff])))))).toBe('utf8');
  });

  it('takes any plausible corp where the URL names none, and nothing else', () => {
    const open = (receiver: string) => () => {
      const encrypted = encrypt('<xml/>', receiver);
      return crypto.open(sign(encrypted), encrypted, 'any corp').receiveId;
    };
    expect(open('wpAbC_-0123')()).toBe('wpAbC_-0123');
    for (const receiver of ['', 'a b', 'x,y', "'", 'a'.repeat(65), '企业']) {
      expect(checkOf(open(receiver))).toBe('receive_id');
    }
  });

  it('refuses whatever is done to the ciphertext or the key, and never throws anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 160 }), (bytes) => {
        const encrypted = Buffer.from(bytes).toString('base64');
        expect(checkOf(openEncrypted(encrypted))).not.toBe('accepted');
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps every secret out of its error', () => {
    const encrypted = encrypt('<xml>secret</xml>', 'wwother');
    const error = new CallbackRefused('receive_id', 'x');
    expect(JSON.stringify(error)).not.toContain('secret');
    expect(() => crypto.open(sign(encrypted), encrypted, [SUITE])).toThrow(/^receive_id: [a-z ]+URL$/);
  });
});

describe('agreeing with the official package', () => {
  it('opens what @wecom/crypto encrypts', () => {
    fc.assert(
      fc.property(text, id, aesKey, (message, receiver, encodingAesKey) => {
        const mine = new CallbackCrypto({ ...KEYS, encodingAesKey: { reveal: () => encodingAesKey } as never });
        const encrypted = oracle.encrypt(encodingAesKey, message, receiver);
        const signature = oracle.getSignature(TOKEN, '1700000000', 'nonce', encrypted);
        const opened = mine.open({ signature, timestamp: '1700000000', nonce: 'nonce' }, encrypted, [receiver]);
        expect(opened).toEqual({ message, receiveId: receiver });
      }),
      { numRuns: 500 },
    );
  });

  it('seals replies that @wecom/crypto opens', () => {
    fc.assert(
      fc.property(text, id, (message, receiver) => {
        const reply = readMessage(crypto.seal(message, receiver, { timestamp: '1700000000', nonce: 'n' }));
        const encrypted = reply.text('Encrypt') as string;
        expect(oracle.getSignature(TOKEN, '1700000000', 'n', encrypted)).toBe(reply.text('MsgSignature'));
        const { message: opened, id: to } = oracle.decrypt(AES_KEY, encrypted);
        expect({ opened, to }).toEqual({ opened: message, to: receiver });
      }),
      { numRuns: 500 },
    );
  });

  it('opens every pad length from 1 to 32, most of which PKCS#7 libraries refuse', () => {
    const pads = new Set<number>();
    for (let length = 0; length < 32; length++) {
      const message = 'm'.repeat(length);
      const blocks = padded(plaintext(message, SUITE));
      pads.add(blocks[blocks.length - 1] as number);
      expect(openBlocks(blocks)()).toEqual({ message, receiveId: SUITE });
    }
    expect(pads.size).toBe(32);
  });

  it('accepts a key whose last character carries two unused bits', () => {
    const odd = `${AES_KEY.slice(0, 42)}D`;
    const mine = new CallbackCrypto({ ...KEYS, encodingAesKey: { reveal: () => odd } as never });
    const encrypted = encrypt('hello', SUITE);
    expect(mine.open(sign(encrypted), encrypted, [SUITE]).message).toBe('hello');
  });
});
