/** Characters that a terminal and a phone draw two columns wide. */
const wideCharacter =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/gu;

/**
 * Limits counted in 汉字. WeCom's documents don't say what an ASCII letter or an emoji counts, so there are three
 * readings: code points, display width (a 汉字 is 2 columns) and UTF-8 bytes (a 汉字 is 3). Strict wants all of them
 * (and UTF-16 units) in range, lenient at least one.
 *
 * @param min 0 for fields without a lower limit
 */
export function fitsHanzi(text: string, min: number, max: number, mode: 'strict' | 'lenient'): boolean {
  const codePoints = codePointCount(text);
  const width = codePoints + (text.match(wideCharacter)?.length ?? 0);
  const readings = [
    within(codePoints, min, max),
    within(width, min * 2, max * 2),
    within(Buffer.byteLength(text), min * 3, max * 3),
  ];
  if (mode === 'lenient') return readings.includes(true);
  return text.length <= max && !readings.includes(false);
}

export function codePointCount(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

export function firstCodePoints(text: string, count: number): string {
  return [...text].slice(0, count).join('');
}

/** The longest beginning of at most so many UTF-8 bytes that doesn't split a character. */
export function firstBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString('utf8');
}

function within(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}
