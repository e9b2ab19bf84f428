import { ControlRefusal } from '../control-refusal.ts';
import type { AuthorizationEvents } from '../push/authorization-events.ts';
import type { Simulator } from '../simulator.ts';
import type { Corp } from '../state/corp.ts';
import { installSuite } from '../state/install.ts';
import type { VisibleRange } from '../types/authorizations.ts';
import type { Markup } from './html.ts';
import { checkInstallLink, redirectWithCode } from './install-check.ts';
import { installPage, installProblemPage, installRefusedPage } from './install-page.ts';
import type { PageContext } from './page-frame.ts';

export type InstallStep = { redirect: string } | { status: 200 | 400; markup: Markup };

/** GET of the install link: the consent page, or why there is none. */
export function openInstallLink(simulator: Simulator, context: PageContext): InstallStep {
  const link = checkInstallLink(simulator, context.query);
  if ('errcode' in link) return { status: 400, markup: installProblemPage(link, context) };
  const corp = chosenCorp(simulator, context.query) ?? simulator.registry.corps.values().next().value;
  if (corp === undefined) return { status: 400, markup: problem(40013, context) };
  return { status: 200, markup: installPage(simulator, link, corp, context) };
}

/** POST of the consent page. Refusing changes nothing and leads nowhere, as closing WeCom's page does. */
export function decideInstall(
  simulator: Simulator,
  events: AuthorizationEvents,
  form: URLSearchParams,
  context: PageContext,
): InstallStep {
  const link = checkInstallLink(simulator, form);
  if ('errcode' in link) return { status: 400, markup: installProblemPage(link, context) };
  if (form.get('decision') !== 'approve') return { status: 200, markup: installRefusedPage(context) };
  const corp = chosenCorp(simulator, form);
  if (corp === undefined) return { status: 400, markup: problem(40013, context) };
  const { suite, preAuthCode, state } = link;
  const test = preAuthCode.authType === 1;
  try {
    const request = { suiteId: suite.suiteId, corpId: corp.corpId, visibleRange: chosenRange(form), test };
    const { authCode } = installSuite(simulator, request);
    preAuthCode.used = simulator.settings.preAuthCodeSingleUse;
    if (simulator.settings.installLinkPushesCreateAuth && suite.commandUrl !== null) {
      void events.createAuthorization(suite.suiteId, corp.corpId, authCode.code, state);
    }
    return { redirect: redirectWithCode(link, authCode.code, simulator.settings.authCodeLifetimeSeconds) };
  } catch (error) {
    // The only thing left to refuse is an eleventh test installation.
    if (!(error instanceof ControlRefusal)) throw error;
    return { status: 400, markup: installProblemPage({ errcode: 84135, text: 'errorTestFull' }, context) };
  }
}

function problem(errcode: number, context: PageContext): Markup {
  return installProblemPage({ errcode, text: 'noCorp' }, context);
}

function chosenCorp(simulator: Simulator, parameters: URLSearchParams): Corp | undefined {
  return simulator.registry.corps.get(parameters.get('corp_id') ?? '');
}

/** Undefined is the whole corp. */
function chosenRange(form: URLSearchParams): Partial<VisibleRange> | undefined {
  const userIds = form.getAll('user');
  const departmentIds = form.getAll('department').map(Number).filter(Number.isSafeInteger);
  if (form.get('range') === 'all' || userIds.length + departmentIds.length === 0) return undefined;
  return { userIds, departmentIds };
}
