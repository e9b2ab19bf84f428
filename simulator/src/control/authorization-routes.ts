import { ControlRefusal } from '../control-refusal.ts';
import { commandTarget } from '../push/push-target.ts';
import { type Authorization, authorizationView } from '../state/authorization-book.ts';
import { installSuite } from '../state/install.ts';
import type { ChangeRequest, InstallRequest, InstallResult } from '../types/authorizations.ts';
import type { PushRecord } from '../types/pushes.ts';
import type { ControlRequest, ControlRoutes, ControlScope } from './control-request.ts';
import { requireInput } from './input-shape.ts';
import { isCancel, isChange, isInstall } from './request-shapes.ts';

/** What a corporate admin does to an app, and what its provider does to a customised one. */
export const authorizationRoutes: ControlRoutes = {
  'POST /control/authorizations': ({ scope, body }) =>
    install(scope, requireInput<InstallRequest>(body, isInstall, 'the installation')),
  'GET /control/authorizations/:suiteId/:corpId': (request) => authorizationView(requireAuthorization(request)),
  'POST /control/authorizations/:suiteId/:corpId/cancel': async (request): Promise<PushRecord | null> => {
    const { push = true } = requireInput<{ push?: boolean }>(request.body ?? {}, isCancel, 'the cancellation');
    const authorization = requireActive(request);
    if (push) requireCommandUrl(request.scope, authorization.suiteId);
    request.scope.simulator.authorizations.cancel(authorization);
    if (!push) return null;
    return request.scope.events.cancelAuthorization(authorization.suiteId, authorization.corpId);
  },
  'POST /control/authorizations/:suiteId/:corpId/change': async (request): Promise<PushRecord | null> => {
    const change = requireInput<ChangeRequest>(request.body ?? {}, isChange, 'the change');
    const authorization = requireActive(request);
    if (change.push !== false) requireCommandUrl(request.scope, authorization.suiteId);
    applyChange(authorization, change);
    if (change.push === false) return null;
    const { suiteId, corpId } = authorization;
    return request.scope.events.changeAuthorization(suiteId, corpId, change.state ?? '');
  },
  'POST /control/authorizations/:suiteId/:corpId/reset-permanent-code': resetPermanentCode,
};

async function install(scope: ControlScope, request: InstallRequest): Promise<InstallResult> {
  const { simulator, events } = scope;
  const mode = request.mode ?? 'silent';
  if (mode === 'market' && simulator.registry.suites.get(request.suiteId)?.kind === 'customized') {
    throw new ControlRefusal(409, 'customised apps are authorized by QR code only (d:97201)');
  }
  const { suiteId, corpId } = request;
  if (mode !== 'silent') requireCommandUrl(scope, suiteId);
  const { authorization, authCode } = installSuite(simulator, request);
  const push =
    mode === 'silent' ? null : await events.createAuthorization(suiteId, corpId, authCode.code, request.state ?? '');
  return {
    authorization: authorizationView(authorization),
    authCode: authCode.code,
    expiresInSeconds: simulator.settings.authCodeLifetimeSeconds,
    push,
  };
}

async function resetPermanentCode(request: ControlRequest): Promise<InstallResult> {
  const { simulator, events } = request.scope;
  const authorization = requireActive(request);
  const { suiteId, corpId, generation } = authorization;
  if (simulator.registry.suites.get(suiteId)?.kind !== 'customized') {
    throw new ControlRefusal(409, 'only customised apps have their permanent code reset (d:94758)');
  }
  requireCommandUrl(request.scope, suiteId);
  simulator.authorizations.resetPermanentCode(authorization);
  const authCode = simulator.codes.newAuthCode({ suiteId, corpId, generation, purpose: 'reset', state: null });
  const push = await events.resetPermanentCode(suiteId, corpId, authCode.code);
  const expiresInSeconds = simulator.settings.authCodeLifetimeSeconds;
  return { authorization: authorizationView(authorization), authCode: authCode.code, expiresInSeconds, push };
}

/** Asked before anything changes, so that a refusal leaves everything as it was. */
function requireCommandUrl({ simulator }: ControlScope, suiteId: string): void {
  commandTarget(simulator, suiteId, null);
}

function applyChange(authorization: Authorization, change: ChangeRequest): void {
  // A new object even when only a part changes: what was derived from the old one is then rebuilt.
  authorization.visibleRange = { ...authorization.visibleRange, ...change.visibleRange };
  authorization.disabled = change.disabled ?? authorization.disabled;
  authorization.publishStatus = change.publishStatus ?? authorization.publishStatus;
}

function requireAuthorization({ scope, ids: [suiteId = '', corpId = ''] }: ControlRequest): Authorization {
  const authorization = scope.simulator.authorizations.find(suiteId, corpId);
  if (authorization === undefined) throw new ControlRefusal(404, `corp ${corpId} never installed suite ${suiteId}`);
  return authorization;
}

function requireActive(request: ControlRequest): Authorization {
  const authorization = requireAuthorization(request);
  if (authorization.status !== 'active') throw new ControlRefusal(409, 'the authorization is cancelled');
  return authorization;
}
