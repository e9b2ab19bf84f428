import { describe, expect, it } from '@jest/globals';
import { signedQuery, verificationQuery } from '../../src/modules/callbacks/callback-query.js';

const SIGNED = 'msg_signature=aa&timestamp=1700000000&nonce=1';

describe('reading the signed query', () => {
  it.each([
    ['a parameter given twice', `/x?${SIGNED}&nonce=2`, 'given twice'],
    ['one hidden behind an escape', `/x?${SIGNED}&%6eonce=2`, 'given twice'],
    ['a missing signature', '/x?timestamp=1&nonce=1', 'msg_signature is missing'],
    ['no query at all', '/x', 'msg_signature is missing'],
    ['a timestamp that is no number', '/x?msg_signature=aa&timestamp=1e9&nonce=1', 'timestamp'],
    ['an endless timestamp', `/x?msg_signature=aa&timestamp=${'1'.repeat(13)}&nonce=1`, 'timestamp'],
    ['an empty nonce', '/x?msg_signature=aa&timestamp=1&nonce=', 'nonce'],
    [
      'a nonce beyond ASCII, which would be sorted by another rule',
      '/x?msg_signature=aa&timestamp=1&nonce=%E4%BC%81',
      'nonce',
    ],
    ['a broken escape', `/x?${SIGNED}&echostr=%E4%BC`, 'not URL-encoded'],
  ])('refuses %s', (_, url, reason) => {
    expect(() => verificationQuery(url)).toThrow(reason);
  });

  it('keeps a plus sign in the echo, escaped or not', () => {
    expect(verificationQuery(`/x?${SIGNED}&echostr=a+b%2Bc%2Fd%3D`).echostr).toBe('a+b+c/d=');
  });

  it('decodes exactly once', () => {
    expect(verificationQuery(`/x?${SIGNED}&echostr=%2541`).echostr).toBe('%41');
  });

  it('ignores parameters it does not know', () => {
    expect(signedQuery(`/x?a=1&${SIGNED}`)).toEqual({ signature: 'aa', timestamp: '1700000000', nonce: '1' });
  });
});
