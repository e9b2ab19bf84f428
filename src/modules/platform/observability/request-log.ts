import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/**
 * One line a request, without the query string and without headers: at the finest levels for all of them, else for answers of 500 and more.
 * Which it is is known at the start, so that thousands of requests a second do not build lines that nobody writes.
 */
export function logRequests(instance: FastifyInstance, logLevel: string): void {
  const logger = new Logger('Http');
  const logsAll = logLevel === 'debug' || logLevel === 'trace';
  instance.addHook('onResponse', (request, reply, done) => {
    const failed = reply.statusCode >= 500;
    if (failed || logsAll) {
      const line = {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? 'unmatched',
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
      };
      if (failed) logger.warn(line, 'request failed');
      else logger.debug(line, 'request answered');
    }
    done();
  });
}
