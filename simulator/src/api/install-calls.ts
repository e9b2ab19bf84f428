import { WecomRefusal } from '../errcodes.ts';
import type { Simulator } from '../simulator.ts';
import type { ApiAnswer, ApiCall } from './api-call.ts';
import { requireBody, requireSuiteToken, requireText } from './credentials.ts';

const authCodeMinBytes = 64;
const authCodeMaxBytes = 512;

/** `GET service/get_pre_auth_code` (d:90601). */
export function getPreAuthCode(simulator: Simulator, call: ApiCall): ApiAnswer {
  const suite = requireSuiteToken(simulator, call);
  const { code } = simulator.codes.newPreAuthCode(suite.suiteId);
  return { errcode: 0, errmsg: 'ok', pre_auth_code: code, expires_in: simulator.settings.preAuthCodeLifetimeSeconds };
}

/** `POST service/set_session_info` (d:90602): unreleased apps need auth_type 1, released ones must use 0. */
export function setSessionInfo(simulator: Simulator, call: ApiCall): ApiAnswer {
  const suite = requireSuiteToken(simulator, call);
  const body = requireBody(call);
  const code = requireText(body, 'pre_auth_code', 40058);
  const session = body.session_info;
  if (typeof session !== 'object' || session === null || Array.isArray(session)) {
    throw new WecomRefusal(40058, 'session_info must be an object');
  }
  const { auth_type: authType = 0, appid } = session as Record<string, unknown>;
  if (authType !== 0 && authType !== 1) throw new WecomRefusal(40058, 'session_info.auth_type must be 0 or 1');
  if (appid !== undefined && !(Array.isArray(appid) && appid.every(Number.isSafeInteger))) {
    throw new WecomRefusal(40058, 'session_info.appid must be an array of integers');
  }
  const preAuthCode = simulator.codes.checkPreAuthCode(code, suite.suiteId);
  if (typeof preAuthCode === 'number') throw new WecomRefusal(preAuthCode);
  if (simulator.settings.sessionInfoRule === 'strict' && authType !== (suite.released ? 0 : 1)) {
    const rule = suite.released ? 'a released app installs with 0' : 'an app that is not released needs 1';
    throw new WecomRefusal(40058, `session_info.auth_type: ${rule}`);
  }
  preAuthCode.authType = authType;
  return { errcode: 0, errmsg: 'ok' };
}

/** `POST service/v2/get_permanent_code` (d:100776): consumes the auth_code. */
export function getPermanentCode(simulator: Simulator, call: ApiCall): ApiAnswer {
  const suite = requireSuiteToken(simulator, call);
  const code = requireText(requireBody(call), 'auth_code', 41008);
  const bytes = Buffer.byteLength(code);
  if (bytes < authCodeMinBytes) throw new WecomRefusal(40058, `auth_code exceed min length ${authCodeMinBytes}`);
  if (bytes > authCodeMaxBytes) throw new WecomRefusal(40058, `auth_code exceed max length ${authCodeMaxBytes}`);
  const authCode = simulator.codes.takeAuthCode(code, suite.suiteId);
  const authorization = authCode && simulator.authorizations.find(suite.suiteId, authCode.corpId);
  const corp = authCode && simulator.registry.corps.get(authCode.corpId);
  if (authCode === undefined || authorization === undefined || corp === undefined) throw new WecomRefusal(40078);
  if (authorization.status === 'cancelled' || authorization.generation !== authCode.generation) {
    throw new WecomRefusal(40078);
  }
  if (authCode.purpose === 'reset') simulator.authorizations.adoptNextCode(authorization);
  authorization.exchanged = true;
  const adminUserId = authorization.adminUserId;
  return {
    errcode: 0,
    errmsg: 'ok',
    permanent_code: authorization.permanentCode,
    auth_corp_info: { corpid: corp.corpId, corp_name: corp.name },
    // Third-party apps see the member's id where the name would stand.
    ...(adminUserId === null
      ? {}
      : { auth_user_info: { userid: adminUserId, open_userid: adminUserId, name: adminUserId, avatar: '' } }),
    ...(authCode.state === null ? {} : { state: authCode.state }),
  };
}
