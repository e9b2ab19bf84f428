import { createHash } from 'node:crypto';
import { INSTALL_STYLE } from './install-style.js';
import { INSTALL_TEXTS, type InstallResult, type Language } from './install-texts.js';

const STYLE_HASH = createHash('sha256').update(INSTALL_STYLE).digest('base64');

/** No script at all, one style by its hash, nothing loaded, never framed; addresses with an auth code go to nobody. */
export const INSTALL_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

export interface InstallApp {
  readonly suiteId: string;
  readonly name: string;
  readonly isTest: boolean;
}

/** What the corporate admin sees before he is sent to WeCom. */
export function startPage(app: InstallApp, language: Language): string {
  const texts = INSTALL_TEXTS[language];
  const points = texts.points.map((point) => `<li>${escapeHtml(point)}</li>`).join('');
  return page(
    language,
    texts.heading(app.name),
    `/install/${encodeURIComponent(app.suiteId)}?lang=${other(language)}`,
    `<div class="badge" aria-hidden="true">${escapeHtml([...app.name][0] ?? '·')}</div>
<p class="kicker">${escapeHtml(texts.kicker)}</p>
<h1>${escapeHtml(texts.heading(app.name))}</h1>
<p class="lead">${escapeHtml(texts.lead)}</p>
<ul>${points}</ul>
<a class="button" href="/install/${encodeURIComponent(app.suiteId)}/start?lang=${language}">${escapeHtml(texts.button)}</a>
<p class="note">${escapeHtml(texts.note)}${app.isTest ? ` ${escapeHtml(texts.testMode)}` : ''}</p>`,
  );
}

/** How it ended, and what to do next. */
export function resultPage(result: InstallResult, language: Language, suiteId: string | undefined): string {
  const { title, detail, next, again } = INSTALL_TEXTS[language].results[result];
  const mood =
    result === 'installed' || result === 'already_installed' ? 'good' : result === 'try_later' ? 'wait' : 'bad';
  const button =
    again === undefined || suiteId === undefined
      ? ''
      : `<a class="button" href="/install/${encodeURIComponent(suiteId)}?lang=${language}">${escapeHtml(again)}</a>`;
  return page(
    language,
    title,
    undefined,
    `<div class="badge ${mood}" aria-hidden="true">${{ good: '✓', wait: '…', bad: '!' }[mood]}</div>
<h1>${escapeHtml(title)}</h1>
<p class="lead">${escapeHtml(detail)}</p>
<p class="next">${escapeHtml(next)}</p>
${button}`,
  );
}

function page(language: Language, title: string, otherLanguageHref: string | undefined, content: string): string {
  const texts = INSTALL_TEXTS[language];
  const languageLink =
    otherLanguageHref === undefined
      ? ''
      : `<a class="language" href="${escapeHtml(otherLanguageHref)}">${escapeHtml(texts.otherLanguage)}</a>`;
  return `<!doctype html>
<html lang="${texts.htmlLang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${INSTALL_STYLE}</style>
</head>
<body>
<main>
${languageLink}
${content}
</main>
</body>
</html>
`;
}

function other(language: Language): Language {
  return language === 'zh' ? 'en' : 'zh';
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
