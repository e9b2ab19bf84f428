import { beforeEach, describe, expect, it } from '@jest/globals';
import { callWithToken } from '../../src/modules/platform/leases/call-with-token.js';
import type { HeldToken } from '../../src/modules/platform/leases/token-key.js';
import { Secret } from '../../src/modules/platform/secrets/secret.js';

const refused = new Error('token refused');
const isTokenError = (error: unknown) => error === refused;

describe('callWithToken', () => {
  let current = 1;
  let invalidated: number[] = [];
  let replaces = true;
  const holder = {
    hold: async (): Promise<HeldToken> => ({
      token: Secret.of(`token-${current}`),
      version: current,
      expiresAt: new Date(0),
    }),
    invalidate: async (version: number) => {
      invalidated.push(version);
      if (replaces) current++;
    },
  };

  beforeEach(() => {
    current = 1;
    invalidated = [];
    replaces = true;
  });

  it('never repeats a call that failed for another reason', async () => {
    let calls = 0;
    const call = async () => {
      calls++;
      throw new Error('busy');
    };
    await expect(callWithToken(holder, call, isTokenError)).rejects.toThrow('busy');
    expect([calls, invalidated]).toEqual([1, []]);
  });

  it('repeats once with a new token, and then lets the refusal stand', async () => {
    const used: number[] = [];
    const call = async ({ version }: HeldToken) => {
      used.push(version);
      throw refused;
    };
    await expect(callWithToken(holder, call, isTokenError)).rejects.toBe(refused);
    expect([used, invalidated]).toEqual([[1, 2], [1]]);
  });

  it('does not repeat with the token that was just refused', async () => {
    replaces = false;
    let calls = 0;
    const call = async () => {
      calls++;
      throw refused;
    };
    await expect(callWithToken(holder, call, isTokenError)).rejects.toBe(refused);
    expect(calls).toBe(1);
  });

  it('passes on why there is no new token', async () => {
    const gone = { ...holder, invalidate: async () => Promise.reject(new Error('database away')) };
    await expect(
      callWithToken(
        gone,
        async () => {
          throw refused;
        },
        isTokenError,
      ),
    ).rejects.toThrow('database away');
  });

  it('answers what the repeated call answered', async () => {
    const call = async ({ version }: HeldToken) => {
      if (version === 1) throw refused;
      return `with version ${version}`;
    };
    await expect(callWithToken(holder, call, isTokenError)).resolves.toBe('with version 2');
  });

  it('treats an answer that says "token refused" like the error', async () => {
    const call = async ({ version }: HeldToken) => (version === 1 ? 42001 : 0);
    const isRejected = (errcode: number) => errcode === 42001;
    await expect(callWithToken(holder, call, isTokenError, isRejected)).resolves.toBe(0);
    replaces = false;
    await expect(callWithToken(holder, async () => 42001, isTokenError, isRejected)).resolves.toBe(42001);
  });
});
