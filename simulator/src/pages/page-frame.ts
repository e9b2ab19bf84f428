import { type HtmlValue, html, type Markup } from './html.ts';
import { type Language, type PageText, pageText } from './page-text.ts';

/** What every page knows about the request for it. */
export interface PageContext {
  language: Language;
  text: PageText;
  /** Path and query, for the language switch. */
  path: string;
  query: URLSearchParams;
}

export function pageContext(path: string, query: URLSearchParams, cookie: string | undefined): PageContext {
  const asked = query.get('lang') ?? /(?:^|;\s*)lang=(zh|en)/.exec(cookie ?? '')?.[1];
  const language: Language = asked === 'en' ? 'en' : 'zh';
  return { language, text: pageText(language), path, query };
}

export interface PageParts {
  title: string;
  styles: string[];
  scripts?: string[];
  bodyClass: string;
  body: HtmlValue;
}

export function page(context: PageContext, { title, styles, scripts = [], bodyClass, body }: PageParts): Markup {
  return html`<!doctype html>
<html lang="${context.language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
${['base', ...styles].map((name) => html`<link rel="stylesheet" href="/assets/${name}.css">`)}
${scripts.map((name) => html`<script src="/assets/${name}.js" defer></script>`)}
</head>
<body class="${bodyClass}">
${body}
</body>
</html>
`;
}

export function languageSwitch(context: PageContext): Markup {
  const query = new URLSearchParams(context.query);
  query.set('lang', context.language === 'zh' ? 'en' : 'zh');
  return html`<a class="language" href="${context.path}?${query.toString()}">${context.text('otherLanguage')}</a>`;
}

/** A rounded square with the first character of the name, in a colour that stays the same for the same id. */
export function avatar(id: string, name: string, shape: 'app' | 'person' = 'person'): Markup {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 8;
  const initial = [...name.trim()][0] ?? '·';
  return html`<span class="avatar ${shape} tone-${sum}" aria-hidden="true">${initial}</span>`;
}
