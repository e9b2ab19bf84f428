import { Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { callbackMetrics } from './callback-metrics.js';
import type { CallbackRefused } from './callbacks.errors.js';

const logger = new Logger('Callbacks');
const HARMLESS = /^[A-Za-z0-9_-]{1,64}$/;

/** One line and one count for every refused request: which check failed and why, where, for whom; nothing of the request itself. */
export function recordRefusal(request: FastifyRequest, refused: CallbackRefused): void {
  const { suiteId, providerCorpId } = (request.params ?? {}) as Record<string, string | undefined>;
  const { check, reason } = refused;
  const route = request.routeOptions.url ?? '';
  callbackMetrics.refused.inc({ channel: channelOf(route), check });
  const owner = suiteId ?? providerCorpId;
  logger.warn(
    {
      check,
      reason,
      method: request.method,
      route,
      owner: owner === undefined || HARMLESS.test(owner) ? owner : '(odd)',
      from: request.ip,
    },
    'callback refused',
  );
}

function channelOf(route: string): string {
  if (route.startsWith('/callbacks/provider')) return 'system';
  return route.endsWith('/command') ? 'command' : 'data';
}
