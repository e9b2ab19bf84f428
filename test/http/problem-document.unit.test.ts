import { describe, expect, it } from '@jest/globals';
import { BadRequestException, HttpException, NotFoundException } from '@nestjs/common';
import { DatabaseError } from '../../src/modules/platform/database/database-error.js';
import { DomainError } from '../../src/modules/platform/http/domain-error.js';
import { problemDocument, problemOf } from '../../src/modules/platform/http/problem-document.js';

describe('what the sender of a request is told', () => {
  it('is nothing but a code for a failure nobody foresaw', () => {
    const problem = problemOf(new TypeError("cannot read 'secret-abc' of undefined"));
    expect(problem).toMatchObject({ status: 500, code: 'internal_error' });
    expect(problemDocument(problem, 'r1')).not.toContain('secret-abc');
  });

  it('never carries what the database said', () => {
    const error = new DatabaseError('23505', 'duplicate key value (corp)=(wwSecret)', 'suites_pkey');
    const text = problemDocument(problemOf(error), 'r1');
    expect(text).not.toMatch(/wwSecret|suites_pkey|23505/);
    expect(problemOf(error).status).toBe(500);
  });

  it('is to try again when the database is away', () => {
    expect(problemOf(new DatabaseError('57P01', 'gone'))).toMatchObject({ status: 503, retryAfterSeconds: 1 });
    expect(problemOf(new DatabaseError('ECONNREFUSED', 'gone'))).toMatchObject({ code: 'database_unavailable' });
  });

  it('never quotes the text of the framework, which quotes the request', () => {
    const cause = Object.assign(new Error('Body …wo123… too large'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE' });
    for (const error of [
      new HttpException('Body …wo123…', 413, { cause }),
      new NotFoundException('Cannot GET /v1/wo123'),
      new BadRequestException({ message: 'wo123' }),
      new HttpException('wo123', 418),
    ]) {
      expect(problemDocument(problemOf(error), 'r1')).not.toContain('wo123');
    }
    expect(problemOf(new HttpException('x', 413, { cause }))).toMatchObject({ status: 413, code: 'body_too_large' });
  });

  it('is the whole of a domain error but its cause', () => {
    const error = new DomainError(
      { code: 'corp_gone', status: 410, title: 'The corp is gone', detail: 'since Monday', fields: [] },
      { cause: new Error('inner') },
    );
    expect(JSON.parse(problemDocument(problemOf(error), 'req-1'))).toEqual({
      type: 'urn:suitepost:problem:corp_gone',
      title: 'The corp is gone',
      status: 410,
      code: 'corp_gone',
      detail: 'since Monday',
      request_id: 'req-1',
      errors: [],
    });
  });
});
