import { ControlRefusal } from '../control-refusal.ts';
import type { Simulator } from '../simulator.ts';
import type { PushChannel } from '../types/pushes.ts';

/** Where a push goes and how it is sealed (authorization.md §2.1, §2.2). */
export interface PushTarget {
  channel: PushChannel;
  suiteId: string | null;
  corpId: string | null;
  url: string;
  token: string;
  encodingAesKey: string;
  receiveId: string;
  toUserName: string;
  agentId: string;
}

/** The command URL: sealed for the suite. */
export function commandTarget(simulator: Simulator, suiteId: string, corpId: string | null): PushTarget {
  const suite = requireSuite(simulator, suiteId);
  if (suite.commandUrl === null) throw new ControlRefusal(409, `suite ${suiteId} has no commandUrl`);
  const toUserName = simulator.settings.commandToUserName === 'suite' ? suiteId : suite.providerCorpId;
  return {
    ...keysOf(suite),
    channel: 'command',
    suiteId,
    corpId,
    url: suite.commandUrl,
    receiveId: suiteId,
    toUserName,
    agentId: '',
  };
}

/** The data URL: sealed for the corp, whose id also replaces `$CORPID$`. */
export function dataTarget(simulator: Simulator, suiteId: string, corpId: string): PushTarget {
  const suite = requireSuite(simulator, suiteId);
  if (suite.dataUrl === null) throw new ControlRefusal(409, `suite ${suiteId} has no dataUrl`);
  const agentId = simulator.authorizations.find(suiteId, corpId)?.agentId;
  return {
    ...keysOf(suite),
    channel: 'data',
    suiteId,
    corpId,
    url: dataUrlFor(suite.dataUrl, corpId),
    receiveId: corpId,
    toUserName: corpId,
    agentId: agentId === undefined ? '' : String(agentId),
  };
}

/** The system-event URL: sealed with the provider's own pair for the provider's corp id. */
export function systemTarget(simulator: Simulator, providerCorpId: string, corpId: string | null): PushTarget {
  const provider = simulator.registry.providers.get(providerCorpId);
  if (provider === undefined) throw new ControlRefusal(404, `no provider ${providerCorpId}`);
  const { systemUrl: url, token, encodingAesKey } = provider;
  if (url === null || token === undefined || encodingAesKey === undefined) {
    throw new ControlRefusal(409, `provider ${providerCorpId} needs systemUrl, token and encodingAesKey`);
  }
  const [receiveId, toUserName] = [providerCorpId, providerCorpId];
  return { channel: 'system', suiteId: null, corpId, url, token, encodingAesKey, receiveId, toUserName, agentId: '' };
}

export function dataUrlFor(dataUrl: string, corpId: string): string {
  return dataUrl.replaceAll('$CORPID$', corpId);
}

export function requireSuite(simulator: Simulator, suiteId: string) {
  const suite = simulator.registry.suites.get(suiteId);
  if (suite === undefined) throw new ControlRefusal(404, `no suite ${suiteId}`);
  return suite;
}

function keysOf({ token, encodingAesKey }: { token: string; encodingAesKey: string }) {
  return { token, encodingAesKey };
}
