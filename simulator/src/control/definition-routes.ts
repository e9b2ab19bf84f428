import { ControlRefusal } from '../control-refusal.ts';
import { changeSettings } from '../settings.ts';
import { authorizationView } from '../state/authorization-book.ts';
import { Corp } from '../state/corp.ts';
import { installSuite } from '../state/install.ts';
import type {
  CorpDefinition,
  MemberDefinition,
  MiniProgramDefinition,
  ProviderDefinition,
  SuiteDefinition,
} from '../types/definitions.ts';
import type { SimulatorSeed, StateView } from '../types/seed.ts';
import type { ControlRoutes, ControlScope } from './control-request.ts';
import { isCorp, isMember, isMiniProgram, isProvider, isSuite } from './definition-shapes.ts';
import { isAnything, requireInput } from './input-shape.ts';
import { isSeed } from './request-shapes.ts';

/** What exists: created or replaced whole. */
export const definitionRoutes: ControlRoutes = {
  'POST /control/reset': ({ scope }) => {
    scope.simulator.reset();
    scope.pusher.log.clear();
    scope.tickets.clear();
  },
  'POST /control/seed': ({ scope, body }) => applySeed(scope, requireInput<SimulatorSeed>(body, isSeed, 'the seed')),
  'GET /control/state': ({ scope }) => stateView(scope),
  'GET /control/settings': ({ scope }) => scope.simulator.settings,
  'PATCH /control/settings': ({ scope, body }) => {
    applySettings(scope, requireInput<Record<string, unknown>>(body ?? {}, isAnything, 'the settings'));
    return scope.simulator.settings;
  },
  'PUT /control/providers/:corpId': ({ scope, ids, body }) =>
    scope.simulator.registry.putProvider(
      withId(requireInput<ProviderDefinition>(body, isProvider, 'the provider'), 'corpId', ids),
    ),
  'PUT /control/suites/:suiteId': ({ scope, ids, body }) =>
    putSuite(scope, withId(requireInput<SuiteDefinition>(body, isSuite, 'the suite'), 'suiteId', ids)),
  'PUT /control/corps/:corpId': ({ scope, ids, body }) => {
    const definition = withId(requireInput<CorpDefinition>(body, isCorp, 'the corp'), 'corpId', ids);
    return scope.simulator.registry.putCorp(new Corp(definition)).definition();
  },
  'PUT /control/corps/:corpId/members/:userId': ({ scope, ids: [corpId = '', userId = ''], body }) => {
    const member = requireInput<MemberDefinition>(body, isMember, 'the member');
    return requireCorp(scope, corpId).putMember(withId(member, 'userId', [userId]));
  },
  'DELETE /control/corps/:corpId/members/:userId': ({ scope, ids: [corpId = '', userId = ''] }) => {
    if (!requireCorp(scope, corpId).removeMember(userId)) throw new ControlRefusal(404, `no member ${userId}`);
  },
  'PUT /control/mini-programs/:appid': ({ scope, ids, body }) =>
    scope.simulator.registry.putMiniProgram(
      withId(requireInput<MiniProgramDefinition>(body, isMiniProgram, 'the mini program'), 'appid', ids),
    ),
};

export function applySeed(scope: ControlScope, seed: SimulatorSeed): StateView {
  const { registry } = scope.simulator;
  applySettings(scope, { ...seed.settings });
  for (const provider of seed.providers ?? []) registry.putProvider(provider);
  for (const suite of seed.suites ?? []) putSuite(scope, suite);
  for (const corp of seed.corps ?? []) registry.putCorp(new Corp(corp));
  for (const miniProgram of seed.miniPrograms ?? []) registry.putMiniProgram(miniProgram);
  for (const install of seed.installs ?? []) installSuite(scope.simulator, install);
  return stateView(scope);
}

export function requireCorp({ simulator }: ControlScope, corpId: string): Corp {
  const corp = simulator.registry.corps.get(corpId);
  if (corp === undefined) throw new ControlRefusal(404, `no corp ${corpId}`);
  return corp;
}

function putSuite(scope: ControlScope, definition: SuiteDefinition) {
  if (!scope.simulator.registry.providers.has(definition.providerCorpId)) {
    throw new ControlRefusal(409, `there is no provider ${definition.providerCorpId}; create it first`);
  }
  scope.tickets.restart(definition.suiteId);
  return scope.simulator.registry.putSuite(definition);
}

function applySettings({ simulator }: ControlScope, change: Record<string, unknown>): void {
  const problem = changeSettings(simulator.settings, change);
  if (problem !== null) throw new ControlRefusal(400, problem);
}

function stateView({ simulator }: ControlScope): StateView {
  const { registry, authorizations } = simulator;
  return {
    providers: [...registry.providers.values()],
    suites: [...registry.suites.values()],
    corps: [...registry.corps.values()].map((corp) => corp.definition()),
    miniPrograms: [...registry.miniPrograms.values()],
    authorizations: authorizations.all().map(authorizationView),
  };
}

/** Path and body must name the same thing. */
function withId<T extends object>(definition: T, name: keyof T & string, [id]: string[]): T {
  if (definition[name] !== id) throw new ControlRefusal(400, `${name} of path and body differ`);
  return definition;
}
