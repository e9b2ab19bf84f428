import { ControlRefusal } from '../control-refusal.ts';
import type { Simulator } from '../simulator.ts';
import type { Corp, Member } from '../state/corp.ts';
import type { Suite } from '../state/registry.ts';
import { type HtmlValue, html, type Markup } from './html.ts';
import { conversation } from './message-cards.ts';
import { avatar, languageSwitch, type PageContext, page } from './page-frame.ts';
import { type TextName, timeText } from './page-text.ts';

const shownColleagues = 40;

interface Phone {
  corp: Corp;
  member: Member;
  /** Apps this member can have messages of. */
  suites: Suite[];
  /** The open conversation. */
  suite: Suite | null;
  address: string;
}

/** `/phone/:corpId/:userId`: what this member sees on the phone. */
export function phonePage(simulator: Simulator, corpId: string, userId: string, context: PageContext): Markup {
  const phone = findPhone(simulator, corpId, userId, context);
  const { corp, member, suite } = phone;
  const name = suite?.name ?? corp.name;
  const fragment = `${phone.address}/conversation?lang=${context.language}&suite=${encodeURIComponent(suite?.suiteId ?? '')}`;
  const version = simulator.inboxes.version(corp, member.userId);
  return page(context, {
    title: `${member.name} · ${name}`,
    styles: ['phone', 'side-panel'],
    scripts: ['phone'],
    bodyClass: 'phone-page',
    body: html`${sidePanel(phone, context)}
<div class="device"><div class="screen">
<div class="status-bar" aria-hidden="true"><span>${timeText(simulator.clock.now(), 'clock')}</span><span class="battery"></span></div>
<header class="nav"><a href="/" class="back" aria-label="${context.text('backToIndex')}"></a><div><h1>${name}</h1><p>${corp.name}</p></div>${languageSwitch(context)}</header>
${appChips(phone, context)}
<main id="conversation" class="conversation" data-fragment="${fragment}" data-version="${version}" aria-live="polite">${conversationOf(simulator, phone, context)}</main>
<div class="home-bar" aria-hidden="true"></div>
</div></div>`,
  });
}

/** The conversation alone, for the page's refresh; null when the version asked with is still the newest. */
export function phoneConversation(
  simulator: Simulator,
  corpId: string,
  userId: string,
  context: PageContext,
): { version: string; markup: Markup } | null {
  const phone = findPhone(simulator, corpId, userId, context);
  const version = simulator.inboxes.version(phone.corp, phone.member.userId);
  if (context.query.get('version') === version) return null;
  return { version, markup: conversationOf(simulator, phone, context) };
}

function findPhone(simulator: Simulator, corpId: string, userId: string, context: PageContext): Phone {
  const corp = simulator.registry.corps.get(corpId);
  const member = corp?.member(userId);
  if (corp === undefined || member === undefined)
    throw new ControlRefusal(404, `no member ${userId} in corp ${corpId}`);
  const entries = simulator.inboxes.read(corp, userId);
  const granted = simulator.authorizations.all().filter((one) => one.corpId === corpId && one.status === 'active');
  const ids = new Set([...granted.map((one) => one.suiteId), ...entries.map((one) => one.suiteId)]);
  const suites = [...ids].flatMap((id) => simulator.registry.suites.get(id) ?? []);
  const wanted = context.query.get('suite') || entries.at(-1)?.suiteId;
  const suite = suites.find((one) => one.suiteId === wanted) ?? suites[0] ?? null;
  const address = `/phone/${encodeURIComponent(corpId)}/${encodeURIComponent(member.userId)}`;
  return { corp, member, suites, suite, address };
}

function conversationOf(simulator: Simulator, { corp, member, suite }: Phone, { text }: PageContext): Markup {
  if (suite === null) return html`<div class="empty"><strong>${text('noMessages')}</strong></div>`;
  const entries = simulator.inboxes.read(corp, member.userId).filter((one) => one.suiteId === suite.suiteId);
  return conversation(suite, entries, text);
}

function appChips({ suites, suite, address }: Phone, { language }: PageContext): HtmlValue {
  if (suites.length < 2) return null;
  return html`<nav class="chips">${suites.map(
    (one) =>
      html`<a class="${one === suite ? 'current' : ''}" href="${address}?lang=${language}&amp;suite=${encodeURIComponent(one.suiteId)}">${one.name}</a>`,
  )}</nav>`;
}

function sidePanel({ corp, member }: Phone, { text, language }: PageContext): Markup {
  const departments = member.departments.map((id) => corp.department(id)?.name ?? String(id)).join('、');
  const colleagues = corp.allMembers().filter((one) => one !== member);
  const base = `/phone/${encodeURIComponent(corp.corpId)}`;
  return html`<aside class="side-panel">
<a class="home-link" href="/">${text('backToIndex')}</a>
<div class="owner">${avatar(member.userId, member.name)}<div><h2>${member.name}</h2><code>${member.userId}</code></div></div>
<dl>
<div><dt>${text('corps')}</dt><dd>${corp.name}</dd></div>
<div><dt>${text('department')}</dt><dd>${departments}</dd></div>
<div><dt>${text('status')}</dt><dd>${text(`status${member.status}` as TextName)}</dd></div>
<div><dt>${text('licence')}</dt><dd>${text(member.licensed ? 'licensed' : 'unlicensed')}</dd></div>
</dl>
${colleagues.length > 0 && html`<h3>${text('otherMembers')}</h3>`}
<ul>${colleagues
    .slice(0, shownColleagues)
    .map(
      (one) =>
        html`<li><a href="${base}/${encodeURIComponent(one.userId)}?lang=${language}">${avatar(one.userId, one.name)}<span>${one.name}</span></a></li>`,
    )}</ul>
</aside>`;
}
