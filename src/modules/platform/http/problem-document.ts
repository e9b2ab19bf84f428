import { HttpException } from '@nestjs/common';
import { DatabaseError } from '../database/database-error.js';
import { DomainError, type Problem } from './domain-error.js';

export const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8';

/** Failures that arise before our own code runs, by Fastify's error code; the texts of the framework may quote the request. */
const FRAMEWORK_PROBLEMS: Readonly<Record<string, Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'body_too_large',
    status: 413,
    title: 'The body is larger than this route takes',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported_media_type',
    status: 415,
    title: 'The content type is not one this route reads',
    detail: 'Send `content-type: application/json`.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    code: 'malformed_json',
    status: 400,
    title: 'The body is not JSON',
    detail: 'The body is empty.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'malformed_json', status: 400, title: 'The body is not JSON' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'content_length_mismatch',
    status: 400,
    title: 'The body is not as long as its content-length says',
  },
};

const STATUS_PROBLEMS: Readonly<Record<number, Pick<Problem, 'code' | 'title'>>> = {
  400: { code: 'bad_request', title: 'The request cannot be read' },
  401: { code: 'not_identified', title: 'The caller is not identified' },
  403: { code: 'not_allowed', title: 'The caller may not do this' },
  404: { code: 'not_found', title: 'There is nothing here' },
  405: { code: 'method_not_allowed', title: 'The method is not one this route takes' },
  408: { code: 'request_timeout', title: 'The request took too long to arrive' },
  413: { code: 'body_too_large', title: 'The body is larger than this route takes' },
  414: { code: 'url_too_long', title: 'The address is longer than this server reads' },
  415: { code: 'unsupported_media_type', title: 'The content type is not one this route reads' },
  429: { code: 'too_many_requests', title: 'Too many requests' },
  503: { code: 'unavailable', title: 'Not available right now' },
};

const UNEXPECTED: Problem = { code: 'internal_error', status: 500, title: 'Something went wrong on our side' };

const DATABASE_AWAY: Problem = {
  code: 'database_unavailable',
  status: 503,
  title: 'The database is not available right now',
  detail: 'Nothing is known to be stored. Send the same request again, with the same Idempotency-Key.',
  retryAfterSeconds: 1,
};

/** What the sender of a request is told about `error`; undefined texts of others never pass. */
export function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) return error;
  if (error instanceof DatabaseError) return error.isUnavailable ? DATABASE_AWAY : UNEXPECTED;
  const framework = frameworkProblem(error) ?? frameworkProblem(error instanceof Error ? error.cause : undefined);
  if (framework) return framework;
  if (error instanceof HttpException) return statusProblem(error.getStatus());
  return UNEXPECTED;
}

function frameworkProblem(error: unknown): Problem | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? FRAMEWORK_PROBLEMS[code] : undefined;
}

function statusProblem(status: number): Problem {
  const known = STATUS_PROBLEMS[status];
  if (known) return { ...known, status };
  if (status >= 500) return { ...UNEXPECTED, status };
  return { code: `http_${status}`, status, title: 'The request was refused' };
}

/** The body of an answer (RFC 9457). `type` names the code and is not an address to look up. */
export function problemDocument(problem: Problem, requestId: string): string {
  return JSON.stringify({
    type: `urn:suitepost:problem:${problem.code}`,
    title: problem.title,
    status: problem.status,
    code: problem.code,
    detail: problem.detail,
    request_id: requestId,
    errors: problem.fields,
  });
}
