import type { CallbackChannel, CallbackEventEntry } from './callback-event.types.js';
import { AUTHORIZATION_EVENTS } from './events/authorization-events.js';
import { SUITE_TICKET_EVENTS } from './events/suite-ticket-events.js';

/** THE table of events we act on. Anything else is stored, counted, acknowledged and ignored. */
export const CALLBACK_EVENTS: readonly CallbackEventEntry[] = [...SUITE_TICKET_EVENTS, ...AUTHORIZATION_EVENTS];

const BY_TYPE = new Map<string, CallbackEventEntry>();
for (const entry of CALLBACK_EVENTS) {
  const name = `${entry.channel} ${entry.infoType}`;
  if (BY_TYPE.has(name)) throw new Error(`two entries for the event ${name}`);
  BY_TYPE.set(name, entry);
}

export function findCallbackEvent(channel: CallbackChannel, infoType: string): CallbackEventEntry | undefined {
  return BY_TYPE.get(`${channel} ${infoType}`);
}

/** Types the worker takes first. */
export const URGENT_INFO_TYPES: readonly string[] = CALLBACK_EVENTS.filter((entry) => entry.urgent).map(
  (entry) => entry.infoType,
);
