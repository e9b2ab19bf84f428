import type { Secret } from '../../platform/secrets/secret.js';
import { callbackEvent, DONE } from '../callback-event.types.js';
import { NeededSeconds, NeededSecret } from '../event-payload.js';

const MAX_TICKET_BYTES = 512;

class SuiteTicket {
  @NeededSecret('SuiteTicket', MAX_TICKET_BYTES) suiteTicket!: Secret;
  @NeededSeconds('TimeStamp') timeSeconds!: number;
}

/** Pushed about every 10 minutes, valid 30; pushes may overtake each other, so the newest TimeStamp wins. */
export const SUITE_TICKET_EVENTS = [
  callbackEvent({
    channel: 'command',
    infoType: 'suite_ticket',
    doc: 'd:90628',
    payload: SuiteTicket,
    urgent: true,
    identity: (message) => [message.text('SuiteTicket')],
    handle: async ({ suites }, { suiteTicket, timeSeconds }, { suiteId }) => {
      const kept = await suites.recordTicket(suiteId, suiteTicket, timeSeconds);
      return kept === 'stored' ? DONE : { state: 'ignored', reason: 'older_ticket' };
    },
  }),
];
