import type { Hold } from '../wecom/errcodes/errcode-entry.js';
import { describeErrcode } from '../wecom/errcodes.js';
import type { SendReply } from '../wecom/message-api.js';
import type { DeliveryPolicy, DeliveryState } from './deliveries.types.js';
import { LAST_SAFE_REPEAT_MS, waitAfterAttempt } from './retry-schedule.js';

/** What is known of a delivery when an attempt ends. */
export interface AttemptContext {
  policy: DeliveryPolicy;
  /** Attempts made, this one included. */
  attempt: number;
  /** Time since the first attempt whose effect is unknown; undefined when there was none. */
  ambiguousForMs: number | undefined;
  /** Until the notice is not wanted any more. */
  expiresInMs: number;
  /** 0 ≤ random < 1, for jitter. */
  random: number;
}

/** Lists of an answer, only those that name somebody. */
export interface RefusedRecipients {
  invalidUsers?: readonly string[];
  invalidParties?: readonly string[];
  invalidTags?: readonly string[];
  unlicensedUsers?: readonly string[];
}

export type FinalState = Exclude<DeliveryState, 'ready' | 'sending' | 'suppressed'>;

interface Evidence {
  errcode?: number;
  errmsg?: string;
  msgid?: string;
  /** Stable word for support and the tenant API. */
  reason?: string;
}

export type Outcome =
  | ({ next: 'settle'; state: FinalState; refused?: RefusedRecipients } & Evidence)
  /** `burnt` false: nothing reached WeCom, so the attempt does not count. */
  | ({ next: 'retry'; afterMs: number; ambiguous: boolean; burnt: boolean } & Evidence)
  /** Back to the lane, uncounted, and the lane (or tenant, or suite) waits. */
  | ({ next: 'hold'; hold: Hold } & Evidence);

/** Pure: what an answer of message/send means for the delivery (messages.md §8, reliability.md §2.2). */
export function outcomeOfReply(reply: SendReply, context: AttemptContext): Outcome {
  const evidence: Evidence = {
    errcode: reply.errcode,
    errmsg: reply.errmsg,
    ...(reply.msgid === undefined ? {} : { msgid: reply.msgid }),
  };
  const entry = describeErrcode(reply.errcode);
  if (reply.errcode === 0) return accepted(reply, evidence);
  if (entry.hold && entry.send !== 'caller')
    return { next: 'hold', hold: entry.hold, ...evidence, reason: `errcode_${reply.errcode}` };
  switch (entry.send) {
    case 'refresh':
      // Refused again with a fresh token: the worker has already refreshed once.
      return retry(context, { ...evidence, reason: 'token_refused' }, false);
    case 'backoff':
      return retry(context, { ...evidence, reason: `errcode_${reply.errcode}` }, entry.ambiguous);
    case 'unexpected':
      if (context.attempt < 2)
        return retry(context, { ...evidence, reason: `errcode_${reply.errcode}` }, entry.ambiguous);
      return { next: 'settle', state: 'rejected', ...evidence, reason: `errcode_${reply.errcode}` };
    default:
      return {
        next: 'settle',
        state: 'rejected',
        refused: refusedBy(reply),
        ...evidence,
        reason: `errcode_${reply.errcode}`,
      };
  }
}

/** No answer that could be read; WeCom may have taken the message. */
export function outcomeOfSilence(reason: string, context: AttemptContext): Outcome {
  return retry(context, { reason }, true);
}

function accepted(reply: SendReply, evidence: Evidence): Outcome {
  const refused = refusedBy(reply);
  const { errmsg: _, ...kept } = evidence;
  const warning = reply.wrongJsonWarning ? { reason: 'wrong_json_warning' } : {};
  if (Object.keys(refused).length === 0) return { next: 'settle', state: 'accepted', ...kept, ...warning };
  return { next: 'settle', state: 'partial', refused, ...kept, ...warning };
}

function refusedBy(reply: SendReply): RefusedRecipients {
  return {
    ...(reply.invalidUsers.length > 0 && { invalidUsers: reply.invalidUsers }),
    ...(reply.invalidParties.length > 0 && { invalidParties: reply.invalidParties }),
    ...(reply.invalidTags.length > 0 && { invalidTags: reply.invalidTags }),
    ...(reply.unlicensedUsers.length > 0 && { unlicensedUsers: reply.unlicensedUsers }),
  };
}

function retry(context: AttemptContext, evidence: Evidence, ambiguous: boolean): Outcome {
  const everAmbiguous = ambiguous || context.ambiguousForMs !== undefined;
  if (ambiguous && context.policy === 'at_most_once') return { next: 'settle', state: 'unknown', ...evidence };
  const afterMs = waitAfterAttempt(context.attempt, context.random);
  const tooLate = afterMs === undefined || afterMs >= context.expiresInMs;
  // A repeat after the duplicate check has forgotten the bytes could reach members twice: a person decides instead.
  const unsafe = everAmbiguous && (context.ambiguousForMs ?? 0) + (afterMs ?? 0) > LAST_SAFE_REPEAT_MS;
  if (afterMs === undefined || tooLate || unsafe) {
    return { next: 'settle', state: everAmbiguous ? 'unknown' : 'rejected', ...evidence };
  }
  return { next: 'retry', afterMs, ambiguous, burnt: true, ...evidence };
}
