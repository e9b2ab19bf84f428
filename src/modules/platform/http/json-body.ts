import { isUtf8 } from 'node:buffer';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { RawServerDefault } from 'fastify';
import { DomainError } from './domain-error.js';
import { findSyntaxFault } from './json-syntax.js';

class MalformedJson extends DomainError {
  constructor(detail: string) {
    super({ code: 'malformed_json', status: 400, title: 'The body is not JSON', detail });
  }
}

/**
 * Reads JSON bodies so that a bad one is refused with the place of the fault and none of its text. Bytes that are not UTF-8
 * are refused too: decoding them would put U+FFFD into what a member reads.
 */
export function useJsonBodies(app: NestFastifyApplication, options: { bodyLimitBytes: number }): void {
  const parse = app.getHttpAdapter().getInstance().getDefaultJsonParser('error', 'error');
  app.useBodyParser<RawServerDefault>(
    'application/json',
    { bodyLimit: options.bodyLimitBytes },
    (request, body, done) => {
      if (!isUtf8(body)) {
        done(new MalformedJson('The body is not UTF-8.'));
        return;
      }
      const text = body.toString('utf8');
      // Fastify's type allows a promise; its default parser answers through `done` alone.
      void parse(request, text, (error: Error | null, value?: unknown) => {
        if (error) done(new MalformedJson(describeFault(text)));
        else done(null, value);
      });
    },
  );
}

function describeFault(text: string): string {
  if (text.trim() === '') return 'The body is empty.';
  const { line, column, expected } = findSyntaxFault(text);
  if (expected === 'the end' && isJson(text))
    return 'The body has a property named __proto__ or constructor.prototype.';
  return `Expected ${expected} at line ${line}, column ${column}.`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
