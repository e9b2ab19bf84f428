import { counter } from '../platform/observability/metrics.js';

export const authorizationMetrics = {
  authCodes: counter('suitepost_auth_codes_total', 'Auth codes by source and what became of them', [
    'source',
    'outcome',
  ]),
  moves: counter('suitepost_authorization_moves_total', 'Authorizations that changed their state', ['to', 'cause']),
};
