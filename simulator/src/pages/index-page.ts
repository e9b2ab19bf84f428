import type { Simulator } from '../simulator.ts';
import type { PushRecord } from '../types/pushes.ts';
import type { LedgerEntry } from '../types/records.ts';
import { type HtmlValue, html, type Markup } from './html.ts';
import { corpCard, miniProgramCard, suiteCard } from './index-cards.ts';
import { languageSwitch, type PageContext, page } from './page-frame.ts';
import { timeText } from './page-text.ts';

const shownCorps = 60;
const shownRows = 12;

/** `/`: everything at a glance, with links to every member's phone. */
export function indexPage(simulator: Simulator, pushes: PushRecord[], context: PageContext): Markup {
  const { text } = context;
  const { registry, clock, ledger } = simulator;
  const corps = [...registry.corps.values()];
  const suites = [...registry.suites.values()];
  const miniPrograms = [...registry.miniPrograms.values()];
  const corpCards = corps.slice(0, shownCorps).map((corp) => corpCard(simulator, corp, text));
  const suiteCards = suites.map((suite) => suiteCard(simulator, suite, text));
  const miniProgramCards = miniPrograms.map((one) => miniProgramCard(simulator, one, text));
  const calls = ledger.newest(shownRows).map(callRow);
  const pushed = pushes.slice(0, shownRows).map((one) => pushRow(one, context));
  return page(context, {
    title: text('title'),
    styles: ['index'],
    bodyClass: 'index-page',
    body: html`<header class="top"><div class="brand"><img src="/assets/icon.svg" alt="" width="40" height="40">
<div><h1>${text('title')}</h1><p>${text('subtitle')}</p></div></div>
<div class="top-side"><span class="clock" title="${text('simulatedTime')}">${timeText(clock.now(), 'full')}</span>${languageSwitch(context)}</div></header>
<main>
${suites.length + corps.length === 0 && html`<p class="hint">${text('emptyServer')}</p>`}
<div class="columns">
<div>${section(text('corps'), corps.length, corpCards)}</div>
<div>${section(text('suites'), suites.length, suiteCards)}
${section(text('miniPrograms'), miniPrograms.length, miniProgramCards)}</div>
</div>
<section class="tables">
<div class="table"><h2>${text('recentCalls')}</h2>${rows(calls, text('nothingYet'))}</div>
<div class="table"><h2>${text('recentPushes')}</h2>${rows(pushed, text('nothingYet'))}</div>
</section>
</main>`,
  });
}

function section(title: string, count: number, cards: Markup[]): HtmlValue {
  if (count === 0) return null;
  const more = count > cards.length ? html` <span class="muted">(+${count - cards.length})</span>` : null;
  return html`<section><h2>${title} <span class="count">${count}</span>${more}</h2><div class="grid">${cards}</div></section>`;
}

function rows(list: Markup[], nothing: string): Markup {
  return list.length === 0 ? html`<p class="muted">${nothing}</p>` : html`<ol>${list}</ol>`;
}

function callRow(entry: LedgerEntry): Markup {
  const ok = entry.errcode === 0 && entry.status === 200;
  const result = entry.fault ?? (entry.errcode === null ? `HTTP ${entry.status ?? '–'}` : entry.errcode);
  return html`<li><time>${timeText(entry.at, 'clock')}</time><span class="what">${entry.method} ${entry.path.replace('/cgi-bin/', '')}</span><span class="badge ${ok ? 'good' : 'bad'}">${result}</span></li>`;
}

function pushRow(record: PushRecord, { text }: PageContext): Markup {
  const result = record.ok ? text('ok') : text('failed');
  const tries = record.attempts.length > 1 ? ` · ${record.attempts.length} ${text('attempts')}` : '';
  return html`<li><time>${timeText(record.at, 'clock')}</time><span class="what">${record.event || record.channel} → ${record.suiteId ?? record.channel}</span><span class="badge ${record.ok ? 'good' : 'bad'}">${result}${tries}</span></li>`;
}
