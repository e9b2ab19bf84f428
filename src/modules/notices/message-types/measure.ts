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
    if (character <= '~') {
      narrow += 1;
      wide += 1;
      continue;
    }
    // The common 汉字 by range: a regular expression for each of them costs ten times as much.
    const sure = (character >= '\u4e00' && character <= '\u9fff') || WIDE.test(character);
    narrow += sure ? 2 : 1;
    wide += sure || MAYBE_WIDE.test(character) ? 2 : 1;
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
export function surelyFits({ codePoints, utf16Units, bytes, width }: Measures, { min, max }: HanLimit): boolean {
  const within = (span: Span, factor: number) => span.low >= least(min, factor) && span.high <= max * factor;
  return within(codePoints, 1) && within(utf16Units, 1) && within(bytes, 3) && within(width, 2);
}

/** Accepted under at least one reading: the union. Beyond it the text is refused for certain. */
export function mayFit({ codePoints, utf16Units, bytes, width }: Measures, { min, max }: HanLimit): boolean {
  const overlaps = (span: Span, factor: number) => span.high >= least(min, factor) && span.low <= max * factor;
  return overlaps(codePoints, 1) || overlaps(utf16Units, 1) || overlaps(bytes, 3) || overlaps(width, 2);
}

/** A lower limit of 1 means "not empty", and a single ASCII letter is not empty. */
function least(min: number, factor: number): number {
  return min === 1 ? 1 : min * factor;
}
