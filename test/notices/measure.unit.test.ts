import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withoutPlaceholders } from '../../src/modules/notices/message-types/id-placeholders.js';
import { mayFit, measure, surelyFits } from '../../src/modules/notices/message-types/measure.js';

const TITLE = { min: 4, max: 12 };
const KEY = { min: 1, max: 10 };

describe('a length in 汉字', () => {
  it.each([
    ['通知', false, false, 'two 汉字 are too few under every reading'],
    ['abc', false, false, 'three letters too'],
    ['合同生成成功', true, true, 'six 汉字 fit under every reading'],
    ['一二三四', true, true, 'four are the least'],
    ['一二三四五六七八九十一二', true, true, 'twelve are the most'],
    ['一二三四五六七八九十一二三', false, false, 'thirteen are too many under every reading'],
    ['abcd', false, true, 'four letters are 1.3 汉字 by bytes and 2 by width'],
    ['abcdefgh', false, true, 'eight letters are 2.7 汉字 by bytes'],
    ['abcdefghijkl', true, true, 'twelve letters fit everywhere: 12 characters, 12 bytes, width 12'],
    ['abcdefghijklm', false, true, 'thirteen letters are too many as characters only'],
    ['a'.repeat(36), false, true, '36 letters are 12 汉字 by bytes'],
    ['a'.repeat(37), false, false, '37 letters are too many under every reading'],
    ['😀😀😀😀', false, true, 'four emoji are 8 UTF-16 units, but 4 to 8 wide'],
    ['合同已生成😀😀😀', true, true, 'emoji among 汉字'],
    [
      '👨‍👩‍👧‍👦👨‍👩‍👧‍👦',
      false,
      true,
      'two families are 14 code points, 22 UTF-16 units and 50 bytes, yet 4 to 16 wide',
    ],
    ['🇨🇳🇨🇳🇨🇳🇨🇳', false, true, 'four flags are 16 UTF-16 units and 32 bytes'],
    ['“合同”已生成', true, true, 'quotes that are wide in some fonts'],
  ])('%s: strict %s, lenient %s (%s)', (text, strict, lenient) => {
    expect([surelyFits(measure(text), TITLE), mayFit(measure(text), TITLE)]).toEqual([strict, lenient]);
  });

  it.each([
    ['', false, false],
    ['a', true, true],
    ['一二三四五六七八九十', true, true],
    ['一二三四五六七八九十一', false, false],
    ['abcdefghij', true, true],
    ['abcdefghijk', false, true],
    ['a'.repeat(31), false, false],
  ])('without a lower limit, %j: strict %s, lenient %s', (text, strict, lenient) => {
    expect([surelyFits(measure(text), KEY), mayFit(measure(text), KEY)]).toEqual([strict, lenient]);
  });

  it('that is sure under every reading is possible under one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.nat(40), (text, names) => {
        const measures = measure(text, names);
        if (surelyFits(measures, TITLE)) expect(mayFit(measures, TITLE)).toBe(true);
      }),
    );
  });
});

describe('id placeholders', () => {
  it('count as nothing at the least and as the longest expected name at the most', () => {
    const { rest, longestNames } = withoutPlaceholders('$userName=woAbC_-1$提交了$departmentName=12$的申请');
    expect({ rest, longestNames }).toEqual({ rest: '提交了的申请', longestNames: 18 });
  });

  it.each(['$userName=$', '$userName=a b$', '$other=1$', '$userName=a', 'a$b=c$d'])('are not seen in %j', (text) => {
    expect(withoutPlaceholders(text)).toEqual({ rest: text, longestNames: 0 });
  });
});
