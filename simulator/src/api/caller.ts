import type { Simulator } from '../simulator.ts';
import type { ApiBody } from './api-call.ts';

export interface Caller {
  suiteId: string | null;
  corpId: string | null;
}

const secretParameters = new Set(['access_token', 'suite_access_token', 'provider_access_token', 'corpsecret', 'code']);

/** Whose call this seems to be, valid or not: faults and the ledger go by it before anything is checked. */
export function identifyCaller(simulator: Simulator, query: URLSearchParams, body: ApiBody): Caller {
  const value = 'value' in body ? body.value : {};
  const caller: Caller = {
    suiteId: textOf(value.suite_id),
    corpId: textOf(value.auth_corpid) ?? query.get('corpid'),
  };
  for (const name of ['access_token', 'suite_access_token']) {
    const scope = simulator.tokens.find(query.get(name) ?? '')?.scope;
    if (scope === undefined || scope.kind === 'provider') continue;
    caller.suiteId = scope.suiteId;
    if (scope.kind === 'corp') caller.corpId = scope.corpId;
  }
  const authCode = textOf(value.auth_code);
  if (authCode !== null) caller.corpId ??= simulator.codes.findAuthCode(authCode)?.corpId ?? null;
  const secret = query.get('corpsecret');
  if (secret !== null && caller.corpId !== null) {
    caller.suiteId ??= simulator.authorizations.findBySecret(caller.corpId, secret)?.suiteId ?? null;
  }
  return caller;
}

/** The query as it may be kept: values of secrets are not stored. */
export function withoutSecrets(query: URLSearchParams): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of query) kept[name] = secretParameters.has(name) ? '[secret]' : value;
  return kept;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
