import type { Simulator } from '../simulator.ts';
import type { Corp } from '../state/corp.ts';
import { type HtmlValue, html, type Markup } from './html.ts';
import type { InstallLink, InstallLinkProblem } from './install-check.ts';
import { avatar, languageSwitch, type PageContext, page } from './page-frame.ts';
import type { TextName } from './page-text.ts';

const shownChoices = 60;

/** The consent page a corporate admin sees. */
export function installPage(simulator: Simulator, link: InstallLink, corp: Corp, context: PageContext): Markup {
  const { text, query } = context;
  const { suite } = link;
  const provider = simulator.registry.providers.get(suite.providerCorpId);
  const installed = simulator.authorizations.find(suite.suiteId, corp.corpId)?.status === 'active';
  const carried = ['suite_id', 'pre_auth_code', 'redirect_uri', 'state'].filter((name) => query.has(name));
  return framed(
    context,
    html`<div class="app-head">${avatar(suite.suiteId, suite.name, 'app')}<h1>${suite.name}</h1>
<p>${text('provider')} · ${provider?.name ?? suite.providerCorpId}</p>${suite.description !== '' && html`<p class="about">${suite.description}</p>`}
${link.preAuthCode.authType === 1 && html`<span class="badge warn">${text('testInstall')}</span>`}</div>
<form method="post" action="/3rdapp/install">
${carried.map((name) => html`<input type="hidden" name="${name}" value="${query.get(name)}">`)}
<input type="hidden" name="corp_id" value="${corp.corpId}">
<section class="block"><h2>${text('installInto')}</h2>${corpChoice(simulator, corp, context)}
${installed && html`<p class="remark">${text('alreadyInstalled')}</p>`}</section>
<section class="block"><h2>${text('permissions')}</h2><ul class="permissions">
${(['permissionContacts', 'permissionMessages', 'permissionIdentity'] as const).map((name) => html`<li>${text(name)}</li>`)}</ul></section>
<section class="block"><h2>${text('visibleRange')}</h2>${rangeChoice(corp, context)}</section>
<div class="actions"><button class="primary" name="decision" value="approve">${text('approve')}</button>
<button class="plain" name="decision" value="refuse">${text('refuse')}</button></div>
</form>`,
  );
}

/** `data-errcode` is for programs that drive the page. */
export function installProblemPage({ errcode, text: name }: InstallLinkProblem, context: PageContext): Markup {
  return outcome(
    context,
    'bad',
    'installError',
    html`${context.text(name)}<code data-errcode="${errcode}">${errcode}</code>`,
  );
}

export function installRefusedPage(context: PageContext): Markup {
  return outcome(context, 'quiet', 'refusedTitle', context.text('refusedText'));
}

function outcome(context: PageContext, tone: string, title: TextName, explanation: HtmlValue): Markup {
  return framed(
    context,
    html`<div class="outcome ${tone}"><span class="mark" aria-hidden="true"></span><h1>${context.text(title)}</h1><p>${explanation}</p></div>`,
  );
}

function framed(context: PageContext, body: Markup): Markup {
  return page(context, {
    title: context.text('install'),
    styles: ['install'],
    bodyClass: 'install-page',
    body: html`<div class="sheet"><header><span>${context.text('install')}</span>${languageSwitch(context)}</header><main>${body}</main></div>`,
  });
}

/** Stands for the corp the admin is logged in to. */
function corpChoice(simulator: Simulator, corp: Corp, context: PageContext): Markup {
  const others = [...simulator.registry.corps.values()].filter((one) => one !== corp).slice(0, shownChoices);
  const admin = corp.admin();
  const address = (corpId: string) => {
    const query = new URLSearchParams(context.query);
    query.set('corp_id', corpId);
    return `/3rdapp/install?${query}`;
  };
  return html`<div class="corp">${avatar(corp.corpId, corp.name, 'app')}<div><strong>${corp.name}</strong><span>${admin === undefined ? corp.corpId : `${context.text('admin')} · ${admin.name}`}</span></div></div>
${others.length > 0 && html`<details class="switch"><summary>${context.text('switchCorp')}</summary><ul>${others.map((one) => html`<li><a href="${address(one.corpId)}">${avatar(one.corpId, one.name, 'app')}<span>${one.name}</span></a></li>`)}</ul></details>`}`;
}

function rangeChoice(corp: Corp, { text }: PageContext): Markup {
  const checkbox = (name: string, value: string | number, label: string) =>
    html`<label class="choice"><input type="checkbox" name="${name}" value="${value}"><span>${label}</span></label>`;
  const departments = corp.allDepartments().filter((one) => one.id !== 1);
  return html`<label class="choice"><input type="radio" name="range" value="all" checked><span>${text('wholeCorp')}</span></label>
<label class="choice"><input type="radio" name="range" value="part"><span>${text('part')}</span></label>
<div class="choices">${departments.length > 0 && html`<h3>${text('departments')}</h3>`}
${departments.slice(0, shownChoices).map((one) => checkbox('department', one.id, one.name))}
<h3>${text('members')}</h3>${corp
    .allMembers()
    .slice(0, shownChoices)
    .map((one) => checkbox('user', one.userId, one.name))}</div>`;
}
