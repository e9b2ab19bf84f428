import { WecomRefusal } from '../errcodes.ts';
import type { Simulator } from '../simulator.ts';
import type { Authorization } from '../state/authorization-book.ts';
import type { ApiAnswer, ApiCall } from './api-call.ts';
import {
  providerOf,
  requireBody,
  requireSuiteToken,
  requireText,
  requireUnbannedIp,
  wrongSecret,
} from './credentials.ts';
import { requireAllowedIp } from './ip-allow-list.ts';

/** `POST service/get_corp_token` (d:90605), third-party apps only. No errcode on success. */
export function getCorpToken(simulator: Simulator, call: ApiCall): ApiAnswer {
  requireUnbannedIp(simulator, call);
  const suite = requireSuiteToken(simulator, call);
  const body = requireBody(call);
  const corpId = requireText(body, 'auth_corpid', 41002);
  const permanentCode = requireText(body, 'permanent_code', 41025);
  if (!simulator.registry.corps.has(corpId)) throw new WecomRefusal(40013);
  if (suite.kind === 'customized') throw new WecomRefusal(40084, 'customised apps use gettoken');
  const authorization = simulator.authorizations.find(suite.suiteId, corpId);
  if (authorization?.permanentCode !== permanentCode) throw wrongSecret(simulator, call, 40084);
  if (authorization.status === 'cancelled') throw wrongSecret(simulator, call, 40084, 'authorization cancelled');
  return issueCorpToken(simulator, authorization);
}

/** `GET gettoken` (d:97164): customised apps, whose secret is the permanent code. */
export function getToken(simulator: Simulator, call: ApiCall): ApiAnswer {
  requireUnbannedIp(simulator, call);
  const corpId = call.query.get('corpid') ?? '';
  const secret = call.query.get('corpsecret') ?? '';
  if (corpId === '') throw new WecomRefusal(41002);
  if (secret === '') throw new WecomRefusal(41004);
  if (!simulator.registry.corps.has(corpId)) throw new WecomRefusal(40013);
  const authorization = simulator.authorizations.findBySecret(corpId, secret);
  const suite = authorization && simulator.registry.suites.get(authorization.suiteId);
  if (authorization === undefined || suite?.kind !== 'customized') throw wrongSecret(simulator, call, 40001);
  requireAllowedIp(providerOf(simulator, suite), call.ip);
  if (authorization.status === 'cancelled') throw wrongSecret(simulator, call, 40001, 'authorization cancelled');
  if (authorization.disabled) throw new WecomRefusal(40001, 'the corp disabled the app');
  return { errcode: 0, errmsg: 'ok', ...issueCorpToken(simulator, authorization) };
}

function issueCorpToken(simulator: Simulator, { suiteId, corpId, generation }: Authorization): ApiAnswer {
  const { token, expiresInSeconds } = simulator.tokens.issue({ kind: 'corp', suiteId, corpId, generation });
  return { access_token: token, expires_in: expiresInSeconds };
}
