import { hash } from 'node:crypto';
import type { CallbackChannel, CallbackEventEntry } from './callback-event.types.js';
import { findCallbackEvent } from './callback-events.js';
import type { MessageFields } from './message-fields.js';
import { UnreadableMessage } from './message-limits.js';
import { readMessage } from './message-reader.js';

/** Which of our URLs a message came to, and whom its ciphertext named. */
export interface CallbackOrigin {
  readonly channel: CallbackChannel;
  /** Provider corp id on the system channel. */
  readonly suiteId: string;
  readonly receiveId: string;
}

export interface ClassifiedCallback {
  readonly infoType: string;
  readonly corpId: string | undefined;
  readonly timeSeconds: number | undefined;
  /** Names the event by its content, never by a nonce: WeCom may repeat a push with new ones (G-02). */
  readonly eventKey: Buffer;
  readonly urgent: boolean;
  /** `pending` waits for its handler; the others are final, with the reason they are counted under. */
  readonly state: 'pending' | 'ignored' | 'failed';
  readonly reason: string | undefined;
}

/** Stands in for the type of a message that has none. */
const UNREADABLE = 'unreadable';
const INFO_TYPE = /^[A-Za-z0-9_.-]{1,64}$/;
const CORP_ID = /^[A-Za-z0-9_.@-]{1,128}$/;
const SECONDS = /^\d{1,12}$/;

/**
 * Decides what an authentic message is. Never throws for a message: one that makes no sense is kept whole with the reason,
 * because WeCom pushes it once and somebody may want to see it.
 */
export function classifyCallback(origin: CallbackOrigin, message: string): ClassifiedCallback {
  try {
    return classify(origin, message, readMessage(message));
  } catch (error) {
    if (error instanceof UnreadableMessage) return senseless(message, UNREADABLE, error.reason);
    throw error;
  }
}

function classify(origin: CallbackOrigin, message: string, fields: MessageFields): ClassifiedCallback {
  const infoType = infoTypeOf(fields);
  if (infoType === undefined) return senseless(message, UNREADABLE, 'no_type');
  if (isForeign(origin, fields)) return senseless(message, infoType, 'suite_mismatch');
  const entry = findCallbackEvent(origin.channel, infoType);
  return {
    infoType,
    corpId: corpIdOf(origin, fields),
    timeSeconds: secondsOf(fields),
    eventKey: digest([infoType, ...identityOf(entry, fields, message)]),
    urgent: entry?.urgent ?? false,
    state: entry ? 'pending' : 'ignored',
    reason: entry ? undefined : 'unhandled',
  };
}

function senseless(message: string, infoType: string, reason: string): ClassifiedCallback {
  return {
    infoType,
    corpId: undefined,
    timeSeconds: undefined,
    eventKey: digest([infoType, message]),
    urgent: false,
    state: 'failed',
    reason,
  };
}

/** Branches on the element set, as d:90613 and d:90376 differ; a member's message has a MsgType only. */
function infoTypeOf(fields: MessageFields): string | undefined {
  const msgType = fields.text('MsgType');
  const name =
    fields.text('InfoType') ||
    (msgType === 'event' ? fields.text('Event') : msgType === undefined ? undefined : `message.${msgType}`);
  return name !== undefined && INFO_TYPE.test(name) ? name : undefined;
}

/** Two suites of one console pointed at one URL overwrote each other's ticket (G-05): the inner id must agree with our path. */
function isForeign({ channel, suiteId }: CallbackOrigin, fields: MessageFields): boolean {
  if (channel === 'command') return fields.text('SuiteId') !== undefined && fields.text('SuiteId') !== suiteId;
  if (channel === 'system') return (fields.text('ServiceCorpId') ?? suiteId) !== suiteId;
  return false;
}

function corpIdOf({ channel, receiveId }: CallbackOrigin, fields: MessageFields): string | undefined {
  if (channel === 'data') return receiveId;
  const named = fields.text('AuthCorpId') ?? fields.text('PaidCorpId');
  return named !== undefined && CORP_ID.test(named) ? named : undefined;
}

function secondsOf(fields: MessageFields): number | undefined {
  const seconds = fields.text('TimeStamp') ?? fields.text('CreateTime');
  return seconds !== undefined && SECONDS.test(seconds) ? Number(seconds) : undefined;
}

function identityOf(entry: CallbackEventEntry | undefined, fields: MessageFields, message: string): readonly string[] {
  const parts = entry?.identity?.(fields) ?? messageIdentity(fields);
  return parts.length > 0 && parts.every((part) => part !== undefined && part !== '') ? (parts as string[]) : [message];
}

/** Messages of members carry an id (d:96466); events do not. */
function messageIdentity(fields: MessageFields): readonly (string | undefined)[] {
  return [fields.text('MsgId')];
}

/** The parts are length-prefixed, so that no two lists read alike. */
function digest(parts: readonly string[]): Buffer {
  return hash('sha256', parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join(''), 'buffer');
}
