import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, type LoggerService } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { DatabaseError } from '../../src/modules/platform/database/database-error.js';
import { DomainError } from '../../src/modules/platform/http/domain-error.js';
import { createHttpAdapter, prepareHttp } from '../../src/modules/platform/http/http-adapter.js';
import { ProblemFilter } from '../../src/modules/platform/http/problem.filter.js';

@Controller('fails')
class Failing {
  @Get('unforeseen')
  unforeseen(): void {
    throw new Error('corp wwSecret has no lane');
  }

  @Get('not-an-error')
  notAnError(): void {
    throw 'just words';
  }

  @Get('database')
  database(): void {
    throw new DatabaseError('53300', 'too many connections for role suitepost_app');
  }

  @Get('domain')
  domain(): void {
    throw new DomainError({ code: 'too_early', status: 409, title: 'Too early', retryAfterSeconds: 7 });
  }
}

const logged: { level: string; entry: unknown[] }[] = [];
const note =
  (level: string) =>
  (...entry: unknown[]) => {
    logged.push({ level, entry });
  };
const logger: LoggerService = { log: () => {}, error: note('error'), warn: note('warn'), fatal: note('fatal') };

let app: NestFastifyApplication;
beforeAll(async () => {
  const module = await Test.createTestingModule({
    controllers: [Failing],
    providers: [{ provide: APP_FILTER, useClass: ProblemFilter }],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter({ trustedProxies: [] }), { logger });
  prepareHttp(app);
  await app.init();
});
afterAll(() => app.close());

async function get(path: string, headers: Record<string, string> = {}) {
  logged.length = 0;
  const response = await app.inject({ method: 'GET', url: `/fails/${path}`, headers });
  return { status: response.statusCode, headers: response.headers, body: response.json<Record<string, unknown>>() };
}

describe('a failure', () => {
  it('nobody foresaw answers a bare 500 and leaves one stack in the log', async () => {
    const { status, headers, body } = await get('unforeseen', { 'x-request-id': 'caller-4711' });
    expect({ status, body }).toEqual({
      status: 500,
      body: {
        type: 'urn:suitepost:problem:internal_error',
        title: 'Something went wrong on our side',
        status: 500,
        code: 'internal_error',
        request_id: 'caller-4711',
      },
    });
    expect(headers).toMatchObject({ 'x-request-id': 'caller-4711', 'cache-control': 'no-store' });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({
      level: 'error',
      entry: [
        { requestId: 'caller-4711', route: '/fails/unforeseen', err: expect.any(Error) },
        'request failed unexpectedly',
        'ProblemFilter',
      ],
    });
  });

  it('that is not even an error is answered all the same', async () => {
    expect(await get('not-an-error')).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(logged).toHaveLength(1);
  });

  it('of a database that is away asks to come again, and is a warning', async () => {
    const { status, headers, body } = await get('database');
    expect({ status, code: body.code, after: headers['retry-after'] }).toEqual({
      status: 503,
      code: 'database_unavailable',
      after: '1',
    });
    expect(JSON.stringify(body)).not.toContain('suitepost_app');
    expect(logged.map(({ level }) => level)).toEqual(['warn']);
  });

  it('of the caller is told to him and not logged', async () => {
    const { status, headers, body } = await get('domain');
    expect({ status, code: body.code, after: headers['retry-after'] }).toEqual({
      status: 409,
      code: 'too_early',
      after: '7',
    });
    expect(logged).toEqual([]);
  });
});
