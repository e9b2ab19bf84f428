import { elementText, xmlDocument } from '../callback-xml.ts';
import { ControlRefusal } from '../control-refusal.ts';
import type { Simulator } from '../simulator.ts';
import type { PushRequest, RawPushRequest, XmlFields } from '../types/pushes.ts';
import { commandTarget, dataTarget, type PushTarget, systemTarget } from './push-target.ts';
import type { Push } from './pusher.ts';

const authorizationEvents = new Set(['create_auth', 'change_auth', 'cancel_auth', 'reset_permanent_code']);

/** Any event on any channel: base fields of the channel, then the caller's, or the caller's whole document. */
export function arbitraryPush(simulator: Simulator, request: PushRequest): Push {
  const target = targetOf(simulator, request);
  const plaintext = request.xml ?? xmlDocument({ ...baseFields(simulator, request), ...request.fields });
  const event =
    elementText(plaintext, 'InfoType') ?? elementText(plaintext, 'Event') ?? elementText(plaintext, 'MsgType') ?? '';
  const { pushAuthorizationDeadlineMs, pushDeadlineMs } = simulator.settings;
  const usual = authorizationEvents.has(event) ? pushAuthorizationDeadlineMs : pushDeadlineMs;
  return { target, event, plaintext, deadlineMs: request.deadlineMs ?? usual };
}

/** The same with defects of the caller's choice; sent once. */
export function rawPush(simulator: Simulator, request: RawPushRequest): Push {
  const push = arbitraryPush(simulator, request);
  const { url, receiveId, token, encodingAesKey, toUserName, timestamp, nonce, signature, encrypt, body, contentType } =
    request;
  const overrides = Object.entries({ url, receiveId, token, encodingAesKey, toUserName });
  const target = { ...push.target, ...Object.fromEntries(overrides.filter(([, value]) => value !== undefined)) };
  return { ...push, target, defects: { timestamp, nonce, signature, encrypt, body, contentType } };
}

function targetOf(simulator: Simulator, { channel, suiteId, corpId, providerCorpId }: PushRequest): PushTarget {
  if (channel === 'system') {
    if (providerCorpId === undefined) throw new ControlRefusal(400, 'the system channel needs providerCorpId');
    return systemTarget(simulator, providerCorpId, corpId ?? null);
  }
  if (suiteId === undefined) throw new ControlRefusal(400, `the ${channel} channel needs suiteId`);
  if (channel === 'command') return commandTarget(simulator, suiteId, corpId ?? null);
  if (corpId === undefined) throw new ControlRefusal(400, 'the data channel needs corpId');
  return dataTarget(simulator, suiteId, corpId);
}

function baseFields(simulator: Simulator, { channel, suiteId, corpId, providerCorpId }: PushRequest): XmlFields {
  const seconds = simulator.clock.seconds();
  if (channel === 'data')
    return { ToUserName: corpId ?? '', FromUserName: 'sys', CreateTime: seconds, MsgType: 'event' };
  const owner: XmlFields = channel === 'system' ? { ServiceCorpId: providerCorpId ?? '' } : { SuiteId: suiteId ?? '' };
  return { ...owner, TimeStamp: seconds, ...(corpId === undefined ? {} : { AuthCorpId: corpId }) };
}
