import { beforeEach, describe, expect, it } from '@jest/globals';
import { TokenCache } from '../../src/modules/platform/leases/token-cache.js';
import type { HeldToken, TokenId } from '../../src/modules/platform/leases/token-key.js';
import { Secret } from '../../src/modules/platform/secrets/secret.js';

const id: TokenId = { corpId: 'wpCorp', suiteId: 'ww_suite', kind: 'corp' };
const version = (number: number): HeldToken => ({
  token: Secret.of(`token-${number}`),
  version: number,
  expiresAt: new Date(0),
});

describe('TokenCache', () => {
  let nowMs = 0;
  let cache: TokenCache;

  beforeEach(() => {
    nowMs = 1_000;
    cache = new TokenCache(() => nowMs);
  });

  it('gives nothing it was not told', () => {
    expect(cache.get(id)).toBeUndefined();
    cache.put(id, 1, version(1), nowMs, 60_000);
    expect(cache.get({ ...id, corpId: 'wpcorp' })).toBeUndefined();
    expect(cache.get({ ...id, kind: 'suite' })).toBeUndefined();
  });

  it('gives nothing past the life the database told, counted from before it was asked', () => {
    cache.put(id, 1, version(1), nowMs - 400, 1_000);
    nowMs += 599;
    expect(cache.get(id)).toBeDefined();
    nowMs += 1;
    expect(cache.get(id)).toBeUndefined();
  });

  it('wants the row looked at again after five seconds, and knows its token if nothing changed', () => {
    const held = version(1);
    cache.put(id, 1, held, nowMs, 7_200_000);
    nowMs += 4_999;
    expect(cache.get(id)).toBe(held);
    nowMs += 1;
    expect(cache.get(id)).toBeUndefined();
    expect(cache.known(id, 1, 1)).toBe(held);
    expect(cache.known(id, 1, 2)).toBeUndefined();
    expect(cache.known(id, 2, 1)).toBeUndefined();
  });

  it('takes nothing back that WeCom refused, and keeps what is newer', () => {
    cache.put(id, 1, version(3), nowMs, 60_000);
    cache.refuse(id, 3);
    expect(cache.get(id)).toBeUndefined();
    cache.put(id, 1, version(3), nowMs, 60_000);
    expect(cache.get(id)).toBeUndefined();
    cache.put(id, 1, version(4), nowMs, 60_000);
    cache.refuse(id, 3);
    expect(cache.get(id)?.version).toBe(4);
    expect([cache.isRefused(id, 3), cache.isRefused(id, 4)]).toEqual([true, false]);
  });

  it('remembers a refusal of a token it never held', () => {
    cache.refuse(id, 5);
    cache.put(id, 1, version(5), nowMs, 60_000);
    expect(cache.get(id)).toBeUndefined();
  });
});
