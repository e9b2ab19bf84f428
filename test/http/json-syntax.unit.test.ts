import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findSyntaxFault } from '../../src/modules/platform/http/json-syntax.js';

describe('the place where a text stops being JSON', () => {
  it.each([
    ['{"a":1,}', 1, 8, 'a property name'],
    ['{"a" 1}', 1, 6, ':'],
    ['[1 2]', 1, 4, ', or ]'],
    ['{"a":tru}', 1, 6, 'a value'],
    ['{"a":"x', 1, 6, 'a value'],
    ['{"a":01}', 1, 6, 'a value'],
    ["{'a':1}", 1, 2, 'a property name or }'],
    ['{\n  "title": "合同",\n  "page": \n}', 4, 1, 'a value'],
    ['{"a":1} {"b":2}', 1, 9, 'the end'],
    [']', 1, 1, 'a value'],
    ['', 1, 1, 'a value'],
    ['{"a":"line\nbreak"}', 1, 6, 'a value'],
  ])('in %j is line %i, column %i, where %s was expected', (text, line, column, expected) => {
    expect(findSyntaxFault(text)).toEqual({ line, column, expected });
  });

  it('is never inside a text that is JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 0, max: 4 }), (text, indent) => {
        const pretty = JSON.stringify(JSON.parse(text), undefined, indent);
        expect(findSyntaxFault(pretty).expected).toBe('the end');
      }),
    );
  });

  it('is found in what a cut leaves of a body', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(), (text, cut) => {
        const part = `{"a":${text}`.slice(0, 1 + (cut % (text.length + 5)));
        expect(findSyntaxFault(part).expected).not.toBe('the end');
      }),
    );
  });
});
