import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsDefined, IsInt, IsOptional, IsString, Max, ValidateNested } from 'class-validator';
import { createValidationPipe } from '../../src/modules/platform/http/validation-pipe.js';
import { ValidationFailed } from '../../src/modules/platform/http/validation-problem.js';

class Row {
  @IsString()
  key!: string;
}

class Form {
  @IsDefined()
  @IsString()
  name!: string;

  @IsOptional()
  @IsInt()
  @Max(10, { context: { limit: 10, doc: 'd:1' } })
  size?: number;

  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => Row)
  rows?: Row[];
}

async function refusalOf(value: unknown): Promise<ValidationFailed> {
  const refusal = await createValidationPipe()
    .transform(value, { type: 'body', metatype: Form })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  if (!(refusal instanceof ValidationFailed)) throw new Error('was not refused');
  return refusal;
}

describe('a request that breaks rules', () => {
  it('is refused with every bad field at once, by its path', async () => {
    const { status, fields } = await refusalOf({ size: 11, rows: [{ key: 'a' }, { key: 7 }, 'text'], colour: 'red' });
    expect(status).toBe(422);
    expect(fields).toEqual([
      { field: 'colour', rule: 'unknown_field', message: 'there is no such field' },
      { field: 'name', rule: 'required', message: 'is required', given: 'nothing' },
      { field: 'size', rule: 'max', message: 'must not be greater than 10', limit: 10, given: 11, doc: 'd:1' },
      { field: 'rows[1].key', rule: 'string', message: 'must be a string', given: 7 },
      { field: 'rows[2]', rule: 'object', message: 'must be an object', given: 'string of 4 characters' },
    ]);
  });

  it('is never repeated to its sender', async () => {
    const refusal = await refusalOf({ name: 5, secret: 'hunter2', rows: [{ key: { deep: 'hunter2' } }] });
    expect(JSON.stringify(refusal.fields)).not.toContain('hunter2');
  });

  it('does not convert a text to a number', async () => {
    expect((await refusalOf({ name: 'a', size: '7' })).fields?.map(({ rule }) => rule)).toContain('integer');
  });

  it('with a hundred thousand faults gets a short answer', async () => {
    const { fields, detail } = await refusalOf(
      Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`x${n}`.repeat(100), n])),
    );
    expect(fields).toHaveLength(100);
    expect(JSON.stringify(fields).length).toBeLessThan(50_000);
    expect(detail).toMatch(/^2001 found/);
  });
});
