import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import {
  Allow,
  IsArray,
  IsDefined,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  MaxLength,
  ValidateIf,
  ValidateNested,
  validateSync,
} from 'class-validator';
import fc from 'fast-check';
import { strictFaults } from '../../src/modules/platform/http/compiled-rules.js';
import { STRICT_VALIDATION } from '../../src/modules/platform/http/validation-pipe.js';

class Leaf {
  @IsString()
  @MaxLength(3, { groups: ['tight'] })
  @MaxLength(6, { groups: ['loose'] })
  name!: string;

  @ValidateIf((leaf: Leaf) => leaf.name === 'x')
  @IsDefined()
  @IsInt()
  size?: number;
}

class Tree {
  @IsOptional()
  @IsIn(['a', 'b'])
  kind?: string;

  @IsOptional()
  @IsString({ each: true })
  words?: string[];

  @IsOptional()
  @ValidateNested()
  leaf?: Leaf;

  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  leaves?: Leaf[];

  @Allow()
  anything?: unknown;
}

const scalar = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, 1, 1.5, true, 'a', 'b', 'x', 'abcd', 'abcdefgh'),
  fc.string(),
);
const leaf = fc
  .record({ name: scalar, size: scalar, extra: scalar }, { requiredKeys: [] })
  .map((fields) => Object.assign(new Leaf(), fields));
const odd = fc.oneof(scalar, fc.constantFrom<unknown>([], {}, [[]], new Date(0)), leaf);
const tree = fc
  .record(
    {
      kind: scalar,
      words: fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })),
      leaf: odd,
      leaves: fc.oneof(odd, fc.array(odd, { maxLength: 3 })),
      anything: odd,
      stranger: scalar,
    },
    { requiredKeys: [] },
  )
  .map((fields) => Object.assign(new Tree(), fields));

describe('rules looked up once', () => {
  it.each([undefined, 'tight', 'loose'])('judge as class-validator does (group %s)', (group) => {
    const options = group === undefined ? STRICT_VALIDATION : { ...STRICT_VALIDATION, groups: [group], always: true };
    fc.assert(
      fc.property(tree, (instance) => {
        expect(strictFaults(instance, group)).toEqual(validateSync(instance, options));
      }),
      { numRuns: 2000 },
    );
  });

  it('refuse what no class declares', () => {
    expect(strictFaults(Object.assign(new (class Undeclared {})(), { a: 1 }))).not.toEqual([]);
  });
});
