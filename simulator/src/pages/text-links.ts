import { html, type Markup } from './html.ts';

const anchor = /<a\s+href\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')[^<>]*>([^<]*)<\/a>/gi;

/**
 * Text of an app message: newlines, and `<a href="…">` as the only markup (d:90372). Links open http and https
 * addresses only; everything else stays visible as it was written.
 */
export function textWithLinks(content: string): Markup[] {
  const pieces: Markup[] = [];
  let end = 0;
  for (const match of content.matchAll(anchor)) {
    const [whole, doubleQuoted, singleQuoted, label = ''] = match;
    const href = webAddress(doubleQuoted ?? singleQuoted ?? '');
    if (href === null) continue;
    pieces.push(html`${content.slice(end, match.index)}`);
    pieces.push(html`<a href="${href}" target="_blank" rel="noopener noreferrer nofollow">${label}</a>`);
    end = match.index + whole.length;
  }
  pieces.push(html`${content.slice(end)}`);
  return pieces;
}

function webAddress(href: string): string | null {
  const url = URL.parse(href.trim());
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url.href : null;
}
