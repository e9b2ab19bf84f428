import 'reflect-metadata';
import { applyDecorators } from '@nestjs/common';
import { ClassConstructor, Expose, plainToInstance, Transform, Type } from 'class-transformer';
import {
  IsDefined,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsPositive,
  IsString,
  ValidateNested,
  ValidationError,
  validateSync,
} from 'class-validator';
import { WecomUnreadableError } from './wecom.errors.js';

/*
 * Decorators for what WeCom answers. Two rules decide between them:
 * - what we cannot go on without (tokens, ids) is `Needed…`: validated, and a wrong answer is unreadable;
 * - everything else falls back to undefined or an empty list. A permanent code can be fetched only once (G-04): it must
 *   not be lost because WeCom sent somebody's name as a number.
 * Unknown keys are dropped, values are never converted.
 */

export const NeededText = (name: string) => applyDecorators(Expose({ name }), IsString(), IsNotEmpty());

export const NeededInt = (name: string) => applyDecorators(Expose({ name }), IsInt());

export const NeededSeconds = (name: string) => applyDecorators(Expose({ name }), IsInt(), IsPositive());

export const NeededObject = <T>(name: string, type: () => ClassConstructor<T>) =>
  applyDecorators(
    Expose({ name }),
    Type(type),
    Transform(({ value }) => (isObject(value) ? value : undefined)),
    IsDefined(),
    ValidateNested(),
  );

export const OptionalText = (name: string) =>
  lenient(name, (value) => (typeof value === 'string' && value !== '' ? value : undefined));

export const OptionalInt = (name: string) => lenient(name, (value) => (isInt(value) ? value : undefined));

/** WeCom writes flags as booleans on some pages and as 0/1 on others. */
export const OptionalFlag = (name: string) =>
  lenient(name, (value) => (value === true || value === 1 ? true : value === false || value === 0 ? false : undefined));

export const Texts = (name: string) =>
  lenient(name, (value) => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []));

export const Ints = (name: string) => lenient(name, (value) => (Array.isArray(value) ? value.filter(isInt) : []));

/** An object that may be missing; what it needs is validated where it is there. */
export const OptionalObject = <T>(name: string, type: () => ClassConstructor<T>) =>
  applyDecorators(
    lenient(name, (value) => (isObject(value) ? instantiate(type(), value) : undefined)),
    IsOptional(),
    ValidateNested(),
  );

/** A list that may be missing, of objects that must be right. */
export const Objects = <T>(name: string, type: () => ClassConstructor<T>) =>
  applyDecorators(
    lenient(name, (value) =>
      Array.isArray(value) ? value.map((item) => instantiate(type(), isObject(item) ? item : {})) : [],
    ),
    ValidateNested({ each: true }),
  );

/** Throws WecomUnreadableError naming the wrong fields only. */
export function readAnswer<T extends object>(path: string, type: ClassConstructor<T>, answer: object): T {
  let instance: T;
  try {
    instance = instantiate(type, answer);
  } catch {
    // class-transformer trips over keys such as "constructor"; its error may quote values.
    throw new WecomUnreadableError(path, 'shape');
  }
  const errors = validateSync(instance, {
    // Classes of optional fields alone are known to class-transformer only.
    forbidUnknownValues: false,
    validationError: { target: false, value: false },
  });
  if (errors.length > 0) {
    throw new WecomUnreadableError(path, errors.flatMap(fieldNames).join(', '));
  }
  return instance;
}

function lenient<T>(name: string, read: (value: unknown) => T) {
  return applyDecorators(
    Expose({ name }),
    Transform(({ value }) => read(value)),
  );
}

function instantiate<T>(type: ClassConstructor<T>, value: object): T {
  return plainToInstance(type, value, { excludeExtraneousValues: true, enableImplicitConversion: false });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isInt(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function fieldNames({ property, children = [] }: ValidationError): string[] {
  return children.length === 0
    ? [property]
    : children.flatMap((child) => fieldNames(child).map((name) => `${property}.${name}`));
}
