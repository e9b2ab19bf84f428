import type { DeliveryState } from '../deliveries/deliveries.types.js';

export const NOTICE_STATES = [
  'queued',
  'sending',
  'accepted',
  'partial',
  'rejected',
  'unknown',
  'expired',
  'suppressed',
] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/**
 * What became of a notice, from the states of its calls. `queued`: nothing was sent yet; `sending`: some of it is still on its
 * way; afterwards one word when all calls ended alike, `unknown` when any may or may not have arrived, else `partial`.
 */
export function noticeState(states: ReadonlySet<DeliveryState>): NoticeState {
  const [only] = states;
  if (states.has('ready') || states.has('sending')) return states.size === 1 && only === 'ready' ? 'queued' : 'sending';
  if (states.size === 1 && only !== undefined) return only as NoticeState;
  return states.has('unknown') ? 'unknown' : 'partial';
}
