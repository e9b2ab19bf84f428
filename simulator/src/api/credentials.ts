import { WecomRefusal } from '../errcodes.ts';
import type { Simulator } from '../simulator.ts';
import type { Authorization } from '../state/authorization-book.ts';
import type { Corp } from '../state/corp.ts';
import type { Provider, Suite } from '../state/registry.ts';
import type { ApiCall } from './api-call.ts';
import { requireAllowedIp } from './ip-allow-list.ts';

export interface CorpCredential {
  authorization: Authorization;
  suite: Suite;
  corp: Corp;
}

/** The parsed body of a POST call. */
export function requireBody(call: ApiCall): Record<string, unknown> {
  if ('value' in call.body) return call.body.value;
  throw new WecomRefusal(call.body.errcode, call.body.detail);
}

/** A string field of the body; absent or empty answers `missingErrcode`. */
export function requireText(body: Record<string, unknown>, name: string, missingErrcode: number): string {
  const value = body[name];
  if (value === undefined || value === null || value === '') throw new WecomRefusal(missingErrcode, `${name} missing`);
  if (typeof value !== 'string') throw new WecomRefusal(40058, `${name} must be a string`);
  return value;
}

/** `suite_access_token` in the query (d:90600). */
export function requireSuiteToken(simulator: Simulator, call: ApiCall): Suite {
  const token = call.query.get('suite_access_token');
  if (token === null || token === '') throw new WecomRefusal(41022);
  const issued = simulator.tokens.find(token);
  if (issued?.scope.kind !== 'suite' || issued.invalidated) throw new WecomRefusal(40082);
  if (simulator.tokens.isExpired(issued)) throw new WecomRefusal(42009);
  const suite = simulator.registry.suites.get(issued.scope.suiteId);
  if (suite === undefined) throw new WecomRefusal(40082);
  requireAllowedIp(providerOf(simulator, suite), call.ip);
  if ('value' in call.body && call.body.value.suite_id !== undefined && call.body.value.suite_id !== suite.suiteId) {
    throw new WecomRefusal(48003);
  }
  return suite;
}

/** The corp's `access_token` in the query (d:90605). */
export function requireCorpToken(simulator: Simulator, call: ApiCall): CorpCredential {
  const token = call.query.get('access_token');
  if (token === null || token === '') throw new WecomRefusal(41001);
  const issued = simulator.tokens.find(token);
  if (issued?.scope.kind !== 'corp') throw new WecomRefusal(40014);
  const { suiteId, corpId, generation } = issued.scope;
  const suite = simulator.registry.suites.get(suiteId);
  const corp = simulator.registry.corps.get(corpId);
  const authorization = simulator.authorizations.find(suiteId, corpId);
  if (suite === undefined || corp === undefined || authorization === undefined) throw new WecomRefusal(40014);
  requireAllowedIp(providerOf(simulator, suite), call.ip);
  if (authorization.status === 'cancelled') throw new WecomRefusal(48004);
  if (simulator.tokens.isExpired(issued)) throw new WecomRefusal(42001);
  if (issued.invalidated) throw new WecomRefusal(simulator.settings.invalidatedTokenErrcode);
  if (authorization.generation !== generation) throw new WecomRefusal(40014);
  return { authorization, suite, corp };
}

export function providerOf(simulator: Simulator, suite: Suite): Provider | undefined {
  return simulator.registry.providers.get(suite.providerCorpId);
}

/** A wrong secret: counted towards the ban of the calling IP, then refused. */
export function wrongSecret(simulator: Simulator, call: ApiCall, errcode: number, detail = ''): WecomRefusal {
  simulator.secretBan.recordWrongSecret(call.ip);
  return new WecomRefusal(errcode, detail);
}

/** Token calls answer 45009 while the IP is barred. */
export function requireUnbannedIp(simulator: Simulator, call: ApiCall): void {
  if (simulator.secretBan.isBanned(call.ip)) throw new WecomRefusal(45009, 'too many wrong secrets from this ip');
}
