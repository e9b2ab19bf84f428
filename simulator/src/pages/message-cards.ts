import type { Suite } from '../state/registry.ts';
import type { InboxContent, InboxEntry } from '../types/records.ts';
import { html, type Markup } from './html.ts';
import { avatar } from './page-frame.ts';
import { type PageText, timeText } from './page-text.ts';
import { textWithLinks } from './text-links.ts';

type Notice = Extract<InboxContent, { msgtype: 'miniprogram_notice' }>;

/** Messages closer together than this share one time line. */
const sameTimeMs = 5 * 60_000;

/** The conversation of one app with one member, oldest first. */
export function conversation(suite: Suite, entries: readonly InboxEntry[], text: PageText): Markup {
  if (entries.length === 0) {
    return html`<div class="empty"><strong>${text('noMessages')}</strong><span>${text('noMessagesHint')}</span></div>`;
  }
  let shownAt = Number.NEGATIVE_INFINITY;
  return html`${entries.map((entry) => {
    const showsTime = entry.at - shownAt > sameTimeMs;
    if (showsTime) shownAt = entry.at;
    const time = showsTime ? html`<time class="separator">${timeText(entry.at, 'clock')}</time>` : null;
    return html`${time}${message(suite, entry, text)}`;
  })}`;
}

function message(suite: Suite, { content, msgid }: InboxEntry, text: PageText): Markup {
  const body = content.msgtype === 'text' ? textBubble(content, text) : noticeCard(content, text);
  return html`<article class="message ${content.msgtype}" data-msgid="${msgid}">${avatar(suite.suiteId, suite.name, 'app')}${body}</article>
`;
}

function textBubble(content: Extract<InboxContent, { msgtype: 'text' }>, text: PageText): Markup {
  const cut = content.truncated ? html`<p class="remark">${text('truncated')}</p>` : null;
  return html`<div class="bubble-column"><div class="bubble">${textWithLinks(content.content)}</div>${cut}</div>`;
}

/** 小程序通知: with emphasis_first_item the first row stands large above the others. */
function noticeCard(notice: Notice, text: PageText): Markup {
  const [first] = notice.items;
  const emphasised = notice.emphasisFirstItem && first !== undefined ? first : null;
  const rows = emphasised === null ? notice.items : notice.items.slice(1);
  return html`<div class="card">
<div class="card-head"><h2>${notice.title}</h2>${notice.description === null ? null : html`<p>${notice.description}</p>`}</div>
${emphasised && html`<div class="emphasis"><span>${emphasised.key}</span><strong>${emphasised.value}</strong></div>`}
${rows.length > 0 && html`<dl>${rows.map(({ key, value }) => html`<div><dt>${key}</dt><dd>${value}</dd></div>`)}</dl>`}
<footer title="${notice.page ?? notice.appid}"><span class="mini-icon" aria-hidden="true"></span><span class="mini-name">${notice.miniProgramName}</span><span class="mini-label">${text('miniProgram')}</span>${notice.page !== null && html`<span class="chevron" aria-hidden="true"></span>`}</footer>
</div>`;
}
