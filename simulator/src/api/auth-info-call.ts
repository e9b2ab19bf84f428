import { WecomRefusal } from '../errcodes.ts';
import type { Simulator } from '../simulator.ts';
import type { Authorization } from '../state/authorization-book.ts';
import type { Corp } from '../state/corp.ts';
import type { Suite } from '../state/registry.ts';
import type { ApiAnswer, ApiCall } from './api-call.ts';
import { requireBody, requireSuiteToken, requireText } from './credentials.ts';

/** `POST service/v2/get_auth_info` (d:100779). */
export function getAuthInfo(simulator: Simulator, call: ApiCall): ApiAnswer {
  const suite = requireSuiteToken(simulator, call);
  const body = requireBody(call);
  const corpId = requireText(body, 'auth_corpid', 41002);
  const permanentCode = requireText(body, 'permanent_code', 41025);
  const corp = simulator.registry.corps.get(corpId);
  if (corp === undefined) throw new WecomRefusal(40013);
  const authorization = simulator.authorizations.find(suite.suiteId, corpId);
  if (authorization?.permanentCode !== permanentCode) throw new WecomRefusal(40084);
  if (authorization.status === 'cancelled') throw new WecomRefusal(40084, 'authorization cancelled');
  return {
    errcode: 0,
    errmsg: 'ok',
    auth_corp_info: corpInfo(corp, authorization),
    auth_info: { agent: [agentInfo(suite, authorization)] },
  };
}

/** Scale and industry stay empty where a member installed for himself (d:94496). */
function corpInfo(corp: Corp, authorization: Authorization): ApiAnswer {
  const byMember = authorization.authMode === 1;
  return {
    corpid: corp.corpId,
    corp_name: corp.name,
    corp_type: corp.type,
    corp_square_logo_url: '',
    corp_user_max: corp.accountCap,
    corp_full_name: corp.name,
    verified_end_time: 0,
    subject_type: 1,
    corp_scale: byMember ? '' : '51-100人',
    corp_industry: byMember ? '' : 'IT服务',
    corp_sub_industry: byMember ? '' : '计算机软件/硬件/信息服务',
    location: '',
  };
}

function agentInfo(suite: Suite, authorization: Authorization): ApiAnswer {
  const { visibleRange } = authorization;
  return {
    agentid: authorization.agentId,
    name: suite.name,
    square_logo_url: suite.logoUrl,
    round_logo_url: suite.logoUrl,
    auth_mode: authorization.authMode,
    is_customized_app: suite.kind === 'customized',
    auth_from_thirdapp: false,
    privilege: {
      level: suite.privilegeLevel,
      allow_party: visibleRange.departmentIds,
      allow_user: visibleRange.userIds,
      allow_tag: visibleRange.tagIds,
      extra_party: [],
      extra_user: [],
      extra_tag: [],
    },
  };
}
