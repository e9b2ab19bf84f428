import { WecomRefusal } from '../errcodes.ts';
import { sendMessage } from '../message/send-message.ts';
import type { Simulator } from '../simulator.ts';
import { getAgent } from './agent-call.ts';
import type { ApiAnswer, ApiCall } from './api-call.ts';
import { getAuthInfo } from './auth-info-call.ts';
import { getCorpToken, getToken } from './corp-token-calls.ts';
import { getPermanentCode, getPreAuthCode, setSessionInfo } from './install-calls.ts';
import { getProviderToken, getSuiteToken } from './suite-token-calls.ts';

interface ApiRoute {
  method: 'GET' | 'POST';
  answer: (simulator: Simulator, call: ApiCall) => ApiAnswer;
  /** Sending messages does not count towards the basic frequency (d:90454). */
  uncounted?: true;
}

const routes: Readonly<Record<string, ApiRoute>> = {
  '/cgi-bin/service/get_suite_token': { method: 'POST', answer: getSuiteToken },
  '/cgi-bin/service/get_provider_token': { method: 'POST', answer: getProviderToken },
  '/cgi-bin/service/get_pre_auth_code': { method: 'GET', answer: getPreAuthCode },
  '/cgi-bin/service/set_session_info': { method: 'POST', answer: setSessionInfo },
  '/cgi-bin/service/v2/get_permanent_code': { method: 'POST', answer: getPermanentCode },
  '/cgi-bin/service/v2/get_auth_info': { method: 'POST', answer: getAuthInfo },
  '/cgi-bin/service/get_corp_token': { method: 'POST', answer: getCorpToken },
  '/cgi-bin/gettoken': { method: 'GET', answer: getToken },
  '/cgi-bin/agent/get': { method: 'GET', answer: getAgent },
  '/cgi-bin/message/send': { method: 'POST', answer: sendMessage, uncounted: true },
};

export function isApiPath(path: string): boolean {
  return Object.hasOwn(routes, path);
}

/** Processes one call of a known path; throws WecomRefusal for what WeCom would refuse. */
export function answerApiCall(simulator: Simulator, call: ApiCall): ApiAnswer {
  const route = routes[call.path] as ApiRoute;
  if (call.method !== route.method) throw new WecomRefusal(40058, `require ${route.method} method`);
  if (call.query.get('debug') === '1' && !simulator.limits.allowsDebug(call.ip)) {
    throw new WecomRefusal(45009, 'debug=1 is limited to 5 calls a minute');
  }
  if (route.uncounted !== true && !simulator.limits.allowsCall(call.path, call.ip, call.row.corpId)) {
    throw new WecomRefusal(45009);
  }
  return route.answer(simulator, call);
}
