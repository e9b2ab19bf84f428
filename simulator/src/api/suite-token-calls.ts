import { WecomRefusal } from '../errcodes.ts';
import type { Simulator } from '../simulator.ts';
import type { ApiAnswer, ApiCall } from './api-call.ts';
import { providerOf, requireBody, requireText, requireUnbannedIp, wrongSecret } from './credentials.ts';
import { requireAllowedIp } from './ip-allow-list.ts';

/** `POST service/get_suite_token` (d:90600). No errcode on success. */
export function getSuiteToken(simulator: Simulator, call: ApiCall): ApiAnswer {
  requireUnbannedIp(simulator, call);
  const body = requireBody(call);
  const suiteId = requireText(body, 'suite_id', 41021);
  const secret = requireText(body, 'suite_secret', 41024);
  const ticket = requireText(body, 'suite_ticket', 41023);
  const suite = simulator.registry.suites.get(suiteId);
  if (suite === undefined) throw new WecomRefusal(40083);
  requireAllowedIp(providerOf(simulator, suite), call.ip);
  if (secret !== suite.secret) throw wrongSecret(simulator, call, 40080);
  if (!simulator.tickets.accepts(suiteId, ticket)) throw new WecomRefusal(40085, 'suite_ticket expired or unknown');
  const { token, expiresInSeconds } = simulator.tokens.issue({ kind: 'suite', suiteId });
  return { suite_access_token: token, expires_in: expiresInSeconds };
}

/** `POST service/get_provider_token` (d:91200). No errcode on success; the same token while it lives. */
export function getProviderToken(simulator: Simulator, call: ApiCall): ApiAnswer {
  requireUnbannedIp(simulator, call);
  const body = requireBody(call);
  const corpId = requireText(body, 'corpid', 41002);
  const secret = requireText(body, 'provider_secret', 41004);
  const provider = simulator.registry.providers.get(corpId);
  if (provider === undefined) {
    throw simulator.registry.corps.has(corpId) ? new WecomRefusal(40091) : new WecomRefusal(40013);
  }
  requireAllowedIp(provider, call.ip);
  if (secret !== provider.secret) throw wrongSecret(simulator, call, 40001);
  const { token, expiresInSeconds } = simulator.tokens.issue({ kind: 'provider', providerCorpId: corpId });
  return { provider_access_token: token, expires_in: expiresInSeconds };
}
