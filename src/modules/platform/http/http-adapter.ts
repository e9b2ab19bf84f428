import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppConfig } from '../config/app-config.js';
import { useJsonBodies } from './json-body.js';
import { answerRequestId, requestIdOf } from './request-id.js';

/** 20,000 encrypted member ids and a message fit; WeCom's own largest message body is 666 K (d:90372). */
const BODY_LIMIT_BYTES = 1024 * 1024;

export function createHttpAdapter({ trustedProxies }: Pick<AppConfig, 'trustedProxies'>): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    // Nobody may claim an address by a header unless he is a proxy we know.
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    genReqId: requestIdOf,
    forceCloseConnections: 'idle',
  });
  answerRequestId(adapter.getInstance());
  return adapter;
}

/** What must be set on the application before `init()` or `listen()`. */
export function prepareHttp(app: NestFastifyApplication): void {
  useJsonBodies(app, { bodyLimitBytes: BODY_LIMIT_BYTES });
}
