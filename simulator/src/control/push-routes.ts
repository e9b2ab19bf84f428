import { arbitraryPush, rawPush } from '../push/arbitrary-push.ts';
import { verifyCommandUrl, verifyDataUrl, verifySystemUrl } from '../push/url-verification.ts';
import type { PushRequest, RawPushRequest, SuiteVerification } from '../types/pushes.ts';
import { pageOf } from './control-query.ts';
import type { ControlRequest, ControlRoutes } from './control-request.ts';
import { requireInput } from './input-shape.ts';
import { isPush, isRawPush } from './request-shapes.ts';

/** Callbacks to the app's server. Each answers when the last attempt is over. */
export const pushRoutes: ControlRoutes = {
  'POST /control/suites/:suiteId/ticket': ({ scope, ids: [suiteId = ''] }) => {
    scope.tickets.restart(suiteId);
    return scope.events.suiteTicket(suiteId);
  },
  'POST /control/suites/:suiteId/verify-urls': verifyUrls,
  'POST /control/providers/:corpId/verify-url': ({ scope, ids: [corpId = ''] }) =>
    verifySystemUrl(scope.simulator, corpId),
  'POST /control/push': ({ scope, body }) =>
    scope.pusher.push(arbitraryPush(scope.simulator, requireInput<PushRequest>(body, isPush, 'the push'))),
  'POST /control/push/raw': ({ scope, body }) =>
    scope.pusher.push(rawPush(scope.simulator, requireInput<RawPushRequest>(body, isRawPush, 'the push'))),
  'GET /control/pushes': ({ scope, query }) => {
    const { after, limit } = pageOf(query);
    return scope.pusher.log.read(after, limit);
  },
};

async function verifyUrls({ scope, ids: [suiteId = ''] }: ControlRequest): Promise<SuiteVerification> {
  const { simulator, events } = scope;
  const command = await verifyCommandUrl(simulator, suiteId);
  const data = await verifyDataUrl(simulator, suiteId);
  const ticket = command?.ok === true ? await events.suiteTicket(suiteId) : null;
  return { command, data, ticket };
}
