/** A piece of HTML that is safe to put into a page. Only `html` makes one. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlValue = string | number | null | undefined | false | Markup | HtmlValue[];

/** Template tag: every value that isn't Markup itself is escaped, for text and for quoted attributes alike. */
export function html(parts: TemplateStringsArray, ...values: HtmlValue[]): Markup {
  return new Markup(parts.reduce((whole, part, index) => whole + htmlText(values[index - 1]) + part));
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function htmlText(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  return Array.isArray(value) ? value.map(htmlText).join('') : escapeHtml(String(value));
}
