import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_CONTENT_TYPE, problemDocument, problemOf } from './problem-document.js';

/** The one place where a failure becomes an answer. What nobody foresaw answers a bare 500 and leaves one stack in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = problemOf(error);
    if (problem.status >= 500) this.record(error, problem.code, problem.status, request);
    if (reply.sent) return;
    if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', String(problem.retryAfterSeconds));
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    void reply
      .status(problem.status)
      .header('content-type', PROBLEM_CONTENT_TYPE)
      .header('cache-control', 'no-store')
      .send(problemDocument(problem, request.id));
  }

  private record(error: unknown, code: string, status: number, request: FastifyRequest): void {
    // The route's pattern, not the address: addresses carry corp ids and query strings.
    const data = { requestId: request.id, code, method: request.method, route: request.routeOptions?.url, err: error };
    if (status === 503) this.logger.warn(data, 'request refused for now');
    else this.logger.error(data, 'request failed unexpectedly');
  }
}
