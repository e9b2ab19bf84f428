import { WecomRefusal } from '../errcodes.ts';
import type { Simulator } from '../simulator.ts';
import type { Authorization } from '../state/authorization-book.ts';
import type { ApiAnswer, ApiCall } from './api-call.ts';
import { requireCorpToken } from './credentials.ts';

/** `GET agent/get` (d:90363): only the app the token belongs to. */
export function getAgent(simulator: Simulator, call: ApiCall): ApiAnswer {
  const { authorization, suite } = requireCorpToken(simulator, call);
  const agentId = call.query.get('agentid') ?? '';
  if (agentId === '') throw new WecomRefusal(41011);
  requireOwnAgent(simulator, authorization, /^\d{1,15}$/.test(agentId) ? Number(agentId) : -1);
  const { visibleRange } = authorization;
  return {
    errcode: 0,
    errmsg: 'ok',
    agentid: authorization.agentId,
    name: suite.name,
    square_logo_url: suite.logoUrl,
    description: suite.description,
    allow_userinfos: { user: visibleRange.userIds.map((userid) => ({ userid })) },
    allow_partys: { partyid: visibleRange.departmentIds },
    allow_tags: { tagid: visibleRange.tagIds },
    close: authorization.disabled ? 1 : 0,
    redirect_domain: suite.installDomain ?? '',
    report_location_flag: 0,
    isreportenter: 0,
    home_url: suite.homeUrl,
    ...(suite.kind === 'customized' ? { customized_publish_status: authorization.publishStatus } : {}),
  };
}

/** 40056 when the corp has no such agent, 301002 when it is another app's. */
export function requireOwnAgent(simulator: Simulator, authorization: Authorization, agentId: number): void {
  if (agentId === authorization.agentId) return;
  const other = simulator.authorizations.findAgent(authorization.corpId, agentId);
  throw other === undefined ? new WecomRefusal(40056) : new WecomRefusal(301002);
}
