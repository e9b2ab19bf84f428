import { counter } from '../platform/observability/metrics.js';

export const callbackMetrics = {
  refused: counter(
    'suitepost_callbacks_refused_total',
    'Requests to callback URLs that were refused, by failed check',
    ['channel', 'check'],
  ),
  received: counter('suitepost_callbacks_received_total', 'Authentic callbacks stored, by what becomes of them', [
    'channel',
    'outcome',
    'reason',
  ]),
  flagged: counter('suitepost_callbacks_flagged_total', 'Authentic callbacks with something odd about them', [
    'channel',
    'flag',
  ]),
  notStored: counter('suitepost_callbacks_not_stored_total', 'Authentic callbacks answered 500', ['channel']),
  handled: counter('suitepost_callbacks_handled_total', 'Events taken from the inbox, by outcome', [
    'info_type',
    'outcome',
  ]),
};
