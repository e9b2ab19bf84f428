import { counter } from '../platform/observability/metrics.js';

export const deliveryMetrics = {
  settled: counter('suitepost_deliveries_settled_total', 'Send calls that came to an end, by state', ['state']),
  retried: counter('suitepost_deliveries_retried_total', 'Send calls to be repeated, by reason', ['reason']),
  held: counter('suitepost_lane_holds_total', 'Holds put on lanes, by reason', ['reason']),
  takenOver: counter('suitepost_deliveries_taken_over_total', 'Send calls taken over from a dead worker'),
};
