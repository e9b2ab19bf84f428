import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/** One line a request, without the query string and without headers. Answers of 500 and more are warnings. */
export function logRequests(instance: FastifyInstance): void {
  const logger = new Logger('Http');
  instance.addHook('onResponse', (request, reply, done) => {
    const line = {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'unmatched',
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
    };
    if (reply.statusCode >= 500) logger.warn(line, 'request failed');
    else logger.debug(line, 'request answered');
    done();
  });
}
