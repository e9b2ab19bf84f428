import { ControlRefusal } from '../control-refusal.ts';
import type { FaultDefinition, InvalidateTokensRequest } from '../types/faults.ts';
import type { ClockView, SimulatorStats } from '../types/records.ts';
import { numberOf, pageOf } from './control-query.ts';
import type { ControlRoutes, ControlScope } from './control-request.ts';
import { requireCorp } from './definition-routes.ts';
import { requireInput } from './input-shape.ts';
import { isClockChange, isFault, isInvalidation } from './request-shapes.ts';

/** Time, trouble, and what was seen of it. */
export const observationRoutes: ControlRoutes = {
  'GET /control/clock': ({ scope }) => clockView(scope),
  'POST /control/clock': async ({ scope, body }) => {
    const { advanceSeconds } = requireInput<{ advanceSeconds: number }>(body, isClockChange, 'the clock change');
    scope.simulator.clock.advance(advanceSeconds);
    await scope.tickets.pushDue();
    return clockView(scope);
  },
  'GET /control/faults': ({ scope }) => scope.simulator.faults.list(),
  'POST /control/faults': ({ scope, body }) =>
    scope.simulator.faults.add(requireInput<FaultDefinition>(body, isFault, 'the fault')),
  'DELETE /control/faults': ({ scope }) => scope.simulator.faults.clear(),
  'DELETE /control/faults/:id': ({ scope, ids: [id = ''] }) => {
    if (!scope.simulator.faults.remove(Number(id))) throw new ControlRefusal(404, `no fault ${id}`);
  },
  'POST /control/tokens/invalidate': ({ scope, body }) => {
    const request = requireInput<InvalidateTokensRequest>(body ?? {}, isInvalidation, 'the request');
    return { invalidated: scope.simulator.tokens.invalidate(request) };
  },
  'GET /control/corps/:corpId/members/:userId/inbox': ({ scope, ids: [corpId = '', userId = ''] }) => {
    const corp = requireCorp(scope, corpId);
    if (corp.member(userId) === undefined) throw new ControlRefusal(404, `no member ${userId} in corp ${corpId}`);
    return scope.simulator.inboxes.read(corp, userId);
  },
  'DELETE /control/inboxes': ({ scope }) => scope.simulator.inboxes.clear(),
  'GET /control/ledger': ({ scope, query }) => {
    const [path, corpId, suiteId] = ['path', 'corpId', 'suiteId'].map((name) => query.get(name) ?? undefined);
    const errcode = numberOf(query, 'errcode');
    return scope.simulator.ledger.read({ ...pageOf(query), path, corpId, suiteId, errcode });
  },
  'POST /control/ledger/clear': ({ scope }) => {
    scope.simulator.ledger.clear();
    scope.simulator.clearMessageTotals();
  },
  'GET /control/counts': ({ scope }) => scope.simulator.ledger.counts(),
  'GET /control/stats': ({ scope }): SimulatorStats => ({
    calls: scope.simulator.ledger.counts().calls,
    ...scope.simulator.messageTotals,
    ...scope.pusher.log.totals(),
    bannedIps: scope.simulator.secretBan.bannedIps(),
  }),
};

function clockView({ simulator }: ControlScope): ClockView {
  return { now: simulator.clock.now(), offsetSeconds: simulator.clock.offsetSeconds() };
}
