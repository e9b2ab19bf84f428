import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { IsBoolean, IsDefined, IsObject, IsOptional, IsString, ValidateIf, ValidateNested } from 'class-validator';

/*
 * A field of a message, declared once: what is read here decides validation, OpenAPI and (through `nestedIn`) how a plain
 * object becomes an instance. Length rules stand beside these, see field-rules.ts.
 */

export interface FieldDoc {
  readonly description: string;
  readonly example?: unknown;
  readonly needed?: boolean;
  /** Looks at the whole object: the field's rules count only when this says so. */
  readonly onlyIf?: (owner: never) => boolean;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly maxItems?: number;
  readonly default?: unknown;
}

type Constructor = new () => object;

const NESTED = 'suitepost:nested';

function field(doc: FieldDoc, api: ApiPropertyOptions): PropertyDecorator {
  const { needed = false, onlyIf, ...shown } = doc;
  return applyDecorators(
    ApiProperty({ ...shown, ...api, required: needed } as ApiPropertyOptions),
    needed ? IsDefined() : IsOptional(),
    ...(onlyIf ? [ValidateIf((owner) => onlyIf(owner as never))] : []),
  );
}

export function TextField(doc: FieldDoc): PropertyDecorator {
  return applyDecorators(field(doc, { type: String }), IsString());
}

export function BooleanField(doc: FieldDoc): PropertyDecorator {
  return applyDecorators(field(doc, { type: Boolean }), IsBoolean());
}

/** An object whose own fields are declared by `type`. */
export function ObjectField(type: Constructor, doc: FieldDoc): PropertyDecorator {
  return applyDecorators(field(doc, { type }), IsObject(), ValidateNested(), nested(type));
}

/** A list of such objects. */
export function ObjectsField(type: Constructor, doc: FieldDoc): PropertyDecorator {
  return applyDecorators(field(doc, { type: [type] }), ValidateNested({ each: true }), nested(type));
}

function nested(type: Constructor): PropertyDecorator {
  return (target, property) => {
    const known = nestedIn(target.constructor);
    Reflect.defineMetadata(NESTED, new Map([...known, [String(property), type]]), target.constructor);
  };
}

/** Which fields of a class hold objects of another. */
export function nestedIn(type: object): ReadonlyMap<string, Constructor> {
  return (Reflect.getMetadata(NESTED, type) as Map<string, Constructor> | undefined) ?? NO_FIELDS;
}

const NO_FIELDS: ReadonlyMap<string, Constructor> = new Map();
