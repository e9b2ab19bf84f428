/** A length that may be read in two ways: between `low` and `high`. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** One text under every reading of "汉字" that WeCom's documents allow (messages.md §1.8). */
export interface Measures {
  readonly codePoints: Span;
  readonly utf16Units: Span;
  readonly bytes: Span;
  /** 汉字 and other wide characters count 2. Emoji and quotes like “ ” … count 1 or 2, depending on the font. */
  readonly width: Span;
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
const MAYBE_WIDE = /[\p{Extended_Pictographic}\p{Regional_Indicator}‘’“”‥…‖—―·×÷°§※→←↑↓①-⑳Ⅰ-Ⅻ■□▲△●○★☆]/u;

/** @param names 汉字 to add at the high end, for placeholders that become names */
export function measure(text: string, names = 0): Measures {
  let codePoints = 0;
  let narrow = 0;
  let wide = 0;
  for (const character of text) {
    codePoints += 1;
    const ascii = character <= '~';
    const sure = !ascii && WIDE.test(character);
    narrow += sure ? 2 : 1;
    wide += sure || (!ascii && MAYBE_WIDE.test(character)) ? 2 : 1;
  }
  const bytes = Buffer.byteLength(text);
  return {
    codePoints: { low: codePoints, high: codePoints + names },
    utf16Units: { low: text.length, high: text.length + names },
    bytes: { low: bytes, high: bytes + 3 * names },
    width: { low: narrow, high: wide + 2 * names },
  };
}

export interface HanLimit {
  readonly min: number;
  readonly max: number;
}

/** Accepted however WeCom counts: the intersection of all readings. */
export function surelyFits(measures: Measures, limit: HanLimit): boolean {
  return readings(measures, limit).every(({ span, min, max }) => span.low >= min && span.high <= max);
}

/** Accepted under at least one reading: the union. Beyond it the text is refused for certain. */
export function mayFit(measures: Measures, limit: HanLimit): boolean {
  return readings(measures, limit).some(({ span, min, max }) => span.high >= min && span.low <= max);
}

function readings({ codePoints, utf16Units, bytes, width }: Measures, { min, max }: HanLimit) {
  // A lower limit of 1 means "not empty", and a single ASCII letter is not empty.
  const least = (unit: number) => (min === 1 ? 1 : min * unit);
  return [
    { span: codePoints, min, max },
    { span: utf16Units, min, max },
    { span: bytes, min: least(3), max: max * 3 },
    { span: width, min: least(2), max: max * 2 },
  ];
}
