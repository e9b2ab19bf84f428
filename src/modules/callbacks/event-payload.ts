import 'reflect-metadata';
import { applyDecorators } from '@nestjs/common';
import { type ClassConstructor, Expose, plainToInstance, Transform } from 'class-transformer';
import { IsDefined, IsInt, IsString, Length, Max, Min, validateSync } from 'class-validator';
import { Secret } from '../platform/secrets/secret.js';
import type { MessageFields } from './message-fields.js';

/*
 * Decorators for payload classes: each names the element as WeCom writes it (`AuthCorpId`, `UserID`: its case differs between
 * events). Unknown elements are ignored; values are strings unless a decorator says otherwise.
 */

const MAX_TEXT_CHARS = 1024;
/** Year 2286; a TimeStamp beyond is no Unix seconds. */
const MAX_SECONDS = 9_999_999_999;

export const NeededText = (element: string, maxChars = MAX_TEXT_CHARS) =>
  applyDecorators(Expose({ name: element }), IsDefined(), IsString(), Length(1, maxChars));

/** A credential: wrapped before anybody else sees it. */
export const NeededSecret = (element: string, maxBytes: number) =>
  applyDecorators(
    Expose({ name: element }),
    Transform(({ value }) =>
      typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= maxBytes ? Secret.of(value) : undefined,
    ),
    IsDefined(),
  );

/** Unix seconds. */
export const NeededSeconds = (element: string) =>
  applyDecorators(
    Expose({ name: element }),
    Transform(({ value }) => (typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : undefined)),
    IsInt(),
    Min(0),
    Max(MAX_SECONDS),
  );

/** The message is authentic, but is not what its type promises. */
export class PayloadMismatch extends Error {
  constructor(readonly elements: readonly string[]) {
    super(`unexpected payload: ${elements.join(', ')}`);
    this.name = 'PayloadMismatch';
  }
}

/** @throws PayloadMismatch naming the properties that are wrong, never their values */
export function readPayload<P extends object>(type: ClassConstructor<P>, fields: MessageFields): P {
  const payload = plainToInstance(type, fields.toRecord(), {
    excludeExtraneousValues: true,
    enableImplicitConversion: false,
  });
  const errors = validateSync(payload, { validationError: { target: false, value: false } });
  if (errors.length > 0) throw new PayloadMismatch(errors.map((error) => error.property));
  return payload;
}
