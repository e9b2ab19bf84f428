const CHARACTERS = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/**
 * The longest beginning of `text` that has at most `limit` bytes of UTF-8 and ends neither inside a character as a reader sees
 * it (a flag, a family) nor inside a link. WeCom cuts by bytes and would leave half of either (messages.md §1.8).
 */
export function cutToBytes(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text;
  let bytes = 0;
  let end = 0;
  for (const { segment, index } of CHARACTERS.segment(text)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > limit) break;
    end = index + segment.length;
  }
  const kept = text.slice(0, end);
  const link = kept.lastIndexOf('<a ');
  return link >= 0 && !kept.slice(link).includes('</a>') ? kept.slice(0, link) : kept;
}
