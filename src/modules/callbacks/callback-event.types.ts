import type { ClassConstructor } from 'class-transformer';
import type { CallbackHandlers } from './callback-handlers.js';
import type { MessageFields } from './message-fields.js';

export type CallbackChannel = 'command' | 'data' | 'system';

/** A stored callback on its way to a handler. */
export interface CallbackEvent {
  readonly id: string;
  readonly channel: CallbackChannel;
  /** Provider corp id on the system channel. */
  readonly suiteId: string;
  readonly infoType: string;
  /** Authenticated receive id on the data channel, else what the event names. */
  readonly corpId: string | undefined;
  /** WeCom's clock, Unix seconds. */
  readonly timeSeconds: number | undefined;
}

/** How an event ended: `ignored` is a decision (late, unknown to us), `failed` needs a person. */
export interface EventOutcome {
  readonly state: 'done' | 'ignored' | 'failed';
  readonly reason?: string;
}

export const DONE: EventOutcome = { state: 'done' };

/** Everything we know about one kind of event. */
export interface CallbackEventEntry<P extends object = object> {
  readonly channel: CallbackChannel;
  /** InfoType; on the data channel the Event, or `message.<MsgType>`. */
  readonly infoType: string;
  /** WeCom's page. */
  readonly doc: string;
  readonly payload: ClassConstructor<P>;
  /** Taken before all others: it decides whether a tenant works at all, and an auth code lives 10 minutes. */
  readonly urgent?: boolean;
  /**
   * What makes two pushes the same event (G-02), beside suite, channel and type: values that a repeated push carries again.
   * Without it, or when one is missing, the whole decrypted message counts.
   */
  readonly identity?: (message: MessageFields) => readonly (string | undefined)[];
  /** Must be safe to run twice, and in any order with others. What it throws is tried again later. */
  readonly handle: (handlers: CallbackHandlers, payload: P, event: CallbackEvent) => Promise<EventOutcome>;
}

/** Keeps payload and handler of one entry together, then forgets the payload's type so that entries fit in one table. */
export function callbackEvent<P extends object>(entry: CallbackEventEntry<P>): CallbackEventEntry {
  return entry as unknown as CallbackEventEntry;
}
