import type { FastifyInstance } from 'fastify';

/** A worker listens for its supervisor only: all its other routes answer as if they were not there. */
export function answerHealthOnly(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url?.startsWith('/health/')) done();
    else reply.callNotFound();
  });
}
