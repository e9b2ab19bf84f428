import type { Simulator } from '../simulator.ts';
import type { Authorization } from '../state/authorization-book.ts';
import type { Corp, Member } from '../state/corp.ts';
import type { MiniProgram, Suite } from '../state/registry.ts';
import { html, type Markup } from './html.ts';
import { avatar } from './page-frame.ts';
import type { PageText } from './page-text.ts';

const shownMembers = 24;

export function suiteCard(simulator: Simulator, suite: Suite, text: PageText): Markup {
  const installed = simulator.authorizations
    .all()
    .filter((one) => one.suiteId === suite.suiteId && one.status === 'active').length;
  const kind = text(suite.kind === 'customized' ? 'customized' : 'thirdParty');
  const url = (label: string, value: string | null) =>
    html`<div><dt>${label}</dt><dd>${value === null ? html`<span class="muted">${text('notSet')}</span>` : html`<code>${value}</code>`}</dd></div>`;
  return html`<article class="panel">
<div class="panel-head">${avatar(suite.suiteId, suite.name, 'app')}<div><h3>${suite.name}</h3><code>${suite.suiteId}</code></div></div>
<p class="badges"><span class="badge">${kind}</span><span class="badge ${suite.released ? 'good' : 'warn'}">${text(suite.released ? 'released' : 'unreleased')}</span><span class="badge">${text('installedBy')} ${installed}</span></p>
<dl>${url(text('commandUrl'), suite.commandUrl)}${url(text('dataUrl'), suite.dataUrl)}</dl>
</article>`;
}

export function corpCard(simulator: Simulator, corp: Corp, text: PageText): Markup {
  const members = corp.allMembers();
  const grants = simulator.authorizations.all().filter((one) => one.corpId === corp.corpId);
  const hidden = members.length - shownMembers;
  return html`<article class="panel wide">
<div class="panel-head">${avatar(corp.corpId, corp.name, 'app')}<div><h3>${corp.name}</h3><code>${corp.corpId}</code></div></div>
${grants.length > 0 && html`<p class="badges">${grants.map((grant) => grantBadge(simulator, grant, text))}</p>`}
<ul class="people">${members.slice(0, shownMembers).map((member) => personChip(simulator, corp, member, text))}${hidden > 0 && html`<li class="muted">${text('more')} ${hidden}</li>`}</ul>
</article>`;
}

export function miniProgramCard(simulator: Simulator, miniProgram: MiniProgram, text: PageText): Markup {
  const suites = miniProgram.suiteIds.map((id) => simulator.registry.suites.get(id)?.name ?? id);
  const corps = miniProgram.corpIds.map((id) => simulator.registry.corps.get(id)?.name ?? id);
  const list = (names: string[]) => (names.length === 0 ? html`<span class="muted">–</span>` : names.join('、'));
  return html`<article class="panel">
<div class="panel-head"><span class="avatar app mini-icon" aria-hidden="true"></span><div><h3>${miniProgram.name}</h3><code>${miniProgram.appid}</code></div></div>
<dl><div><dt>${text('boundSuites')}</dt><dd>${list(suites)}</dd></div><div><dt>${text('linkedCorps')}</dt><dd>${list(corps)}</dd></div></dl>
</article>`;
}

function grantBadge(simulator: Simulator, grant: Authorization, text: PageText): Markup {
  const name = simulator.registry.suites.get(grant.suiteId)?.name ?? grant.suiteId;
  const [tone, state] =
    grant.status === 'cancelled'
      ? (['bad', 'cancelled'] as const)
      : grant.disabled
        ? (['warn', 'disabled'] as const)
        : (['good', 'active'] as const);
  return html`<span class="badge ${tone}">${name} · ${grant.agentId} · ${text(state)}</span>`;
}

function personChip(simulator: Simulator, corp: Corp, member: Member, text: PageText): Markup {
  const received = simulator.inboxes.read(corp, member.userId).length;
  const remarks = [member.isAdmin && text('admin'), !member.licensed && text('unlicensed')].filter(
    (one) => one !== false,
  );
  const address = `/phone/${encodeURIComponent(corp.corpId)}/${encodeURIComponent(member.userId)}`;
  return html`<li><a href="${address}" title="${member.userId}">${avatar(member.userId, member.name)}<span class="person-name">${member.name}${remarks.length > 0 && html`<small>${remarks.join(' · ')}</small>`}</span>${received > 0 && html`<span class="unread">${received}</span>`}</a></li>`;
}
