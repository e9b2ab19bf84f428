import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type AttemptContext,
  outcomeOfReply,
  outcomeOfSilence,
} from '../../src/modules/deliveries/delivery-outcome.js';
import { LAST_SAFE_REPEAT_MS, waitAfterAttempt } from '../../src/modules/deliveries/retry-schedule.js';
import { ERRCODES } from '../../src/modules/wecom/errcodes.js';
import type { SendReply } from '../../src/modules/wecom/message-api.js';

const DAY_MS = 86_400_000;
const first: AttemptContext = {
  policy: 'at_least_once',
  attempt: 1,
  ambiguousForMs: undefined,
  expiresInMs: DAY_MS,
  random: 0.5,
};
const reply = (errcode: number, more: Partial<SendReply> = {}): SendReply => ({
  errcode,
  errmsg: errcode === 0 ? 'ok' : 'no',
  msgid: undefined,
  responseCode: undefined,
  invalidUsers: [],
  invalidParties: [],
  invalidTags: [],
  unlicensedUsers: [],
  wrongJsonWarning: false,
  ...more,
});

describe('the outcome of a send call', () => {
  it('is accepted when WeCom names nobody', () => {
    expect(outcomeOfReply(reply(0, { msgid: 'm1' }), first)).toEqual({
      next: 'settle',
      state: 'accepted',
      errcode: 0,
      msgid: 'm1',
    });
  });

  it('is partial, and keeps the names, when errcode 0 comes with lists', () => {
    const answer = reply(0, { invalidUsers: ['wox'], unlicensedUsers: ['woy'] });
    expect(outcomeOfReply(answer, first)).toMatchObject({
      state: 'partial',
      refused: { invalidUsers: ['wox'], unlicensedUsers: ['woy'] },
    });
  });

  it('is rejected, never repeated, when the notice itself is wrong', () => {
    for (const errcode of [40058, 81013, 82001, 90207, 90202, 44004]) {
      expect(outcomeOfReply(reply(errcode), first)).toMatchObject({ next: 'settle', state: 'rejected', errcode });
    }
  });

  it('holds the lane on 45009 and burns no attempt', () => {
    expect(outcomeOfReply(reply(45009), first)).toMatchObject({
      next: 'hold',
      hold: { scope: 'lane', until: 'window_passed' },
    });
  });

  it('holds the tenant until it authorises again on 40084 and 48004', () => {
    for (const errcode of [40084, 48004]) {
      expect(outcomeOfReply(reply(errcode), first)).toMatchObject({
        next: 'hold',
        hold: { scope: 'authorization', until: 'reauthorized' },
      });
    }
  });

  it('pauses the whole suite on 60020', () => {
    expect(outcomeOfReply(reply(60020), first)).toMatchObject({ next: 'hold', hold: { scope: 'suite' } });
  });

  it('tries an errcode nobody documented once more, and then gives up', () => {
    expect(outcomeOfReply(reply(987654), first)).toMatchObject({ next: 'retry', ambiguous: true });
    expect(outcomeOfReply(reply(987654), { ...first, attempt: 2 })).toMatchObject({
      next: 'settle',
      state: 'rejected',
    });
  });

  it('repeats -1 as ambiguous: WeCom may have sent it', () => {
    expect(outcomeOfReply(reply(-1), first)).toMatchObject({
      next: 'retry',
      afterMs: 1_000,
      ambiguous: true,
      burnt: true,
    });
  });

  it('repeats silence under the duplicate check, and leaves it unknown where it must not repeat', () => {
    expect(outcomeOfSilence('wecom_timeout', first)).toMatchObject({ next: 'retry', ambiguous: true });
    expect(outcomeOfSilence('wecom_timeout', { ...first, policy: 'at_most_once' })).toMatchObject({
      next: 'settle',
      state: 'unknown',
      reason: 'wecom_timeout',
    });
  });

  it('never repeats an at_most_once call on any errcode that leaves the effect open', () => {
    for (const { code, ambiguous } of ERRCODES.values()) {
      const outcome = outcomeOfReply(reply(code), { ...first, policy: 'at_most_once' });
      if (ambiguous) expect(outcome.next).not.toBe('retry');
    }
  });

  it('gives up as unknown, not as rejected, once any attempt was ambiguous', () => {
    const late = { ...first, attempt: 9, ambiguousForMs: 9_000_000 };
    expect(outcomeOfSilence('wecom_timeout', late)).toMatchObject({ next: 'settle', state: 'unknown' });
    expect(outcomeOfReply(reply(45033), late)).toMatchObject({ next: 'settle', state: 'unknown' });
  });

  it('repeats nothing that would be sent after WeCom has forgotten the bytes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 20_000_000 }),
        fc.integer({ min: 0, max: DAY_MS }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        (attempt, ambiguousForMs, expiresInMs, random) => {
          const outcome = outcomeOfSilence('x', {
            policy: 'at_least_once',
            attempt,
            ambiguousForMs,
            expiresInMs,
            random,
          });
          if (outcome.next !== 'retry') return;
          expect(ambiguousForMs + outcome.afterMs).toBeLessThanOrEqual(LAST_SAFE_REPEAT_MS);
          expect(outcome.afterMs).toBeLessThan(expiresInMs);
        },
      ),
    );
  });
});

describe('the retry schedule', () => {
  it('ends inside the duplicate check even when every wait is at its longest', () => {
    let sum = 0;
    for (let attempt = 1; ; attempt++) {
      const wait = waitAfterAttempt(attempt, 0.999999);
      if (wait === undefined) break;
      sum += wait;
    }
    expect(sum).toBeLessThanOrEqual(LAST_SAFE_REPEAT_MS);
  });
});
