import { requireOwnAgent } from '../api/agent-call.ts';
import type { ApiAnswer, ApiCall } from '../api/api-call.ts';
import { type CorpCredential, requireBody, requireCorpToken } from '../api/credentials.ts';
import { WecomRefusal } from '../errcodes.ts';
import { secretText } from '../random-source.ts';
import type { Simulator } from '../simulator.ts';
import type { InboxContent } from '../types/records.ts';
import { deliverMessage } from './deliver-message.ts';
import { defaultIntervalSeconds, jsonDigest, maxIntervalSeconds } from './duplicate-check.ts';
import { translateIds } from './id-translation.ts';
import type { MessageContext } from './message-context.ts';
import { type JsonObject, MessageFields } from './message-fields.ts';
import { readMiniProgramNotice } from './miniprogram-notice.ts';
import { readRecipientNames, resolveRecipients } from './recipients.ts';
import { sendAnswer } from './send-answer.ts';
import { readTextMessage } from './text-message.ts';

const readers: Readonly<Record<string, (body: JsonObject, context: MessageContext) => InboxContent>> = {
  text: readTextMessage,
  miniprogram_notice: readMiniProgramNotice,
};

/** `POST message/send` (d:90372). */
export function sendMessage(simulator: Simulator, call: ApiCall): ApiAnswer {
  const credential = requireCorpToken(simulator, call);
  const { authorization, suite, corp } = credential;
  if (authorization.disabled) throw new WecomRefusal(50003);
  const body = requireBody(call);
  const fields = new MessageFields(simulator.settings);
  const msgtype = fields.text(body, 'msgtype') ?? '';
  const readContent = Object.hasOwn(readers, msgtype) ? readers[msgtype] : undefined;
  if (readContent === undefined) throw new WecomRefusal(40008, `msgtype ${msgtype || 'missing'} is not simulated`);
  checkAgentId(simulator, body, fields, msgtype, credential);
  const visible = simulator.authorizations.visibleSet(authorization, corp);
  const translates = fields.flag(body, 'enable_id_trans');
  const repeatKey = duplicateKey(simulator, call, body, fields);
  const content = readContent(body, {
    settings: simulator.settings,
    registry: simulator.registry,
    suite,
    corp,
    fields,
    translate: translates ? (text) => translateIds(text, visible) : (text) => text,
  });
  const names = readRecipientNames(body, fields);
  if (names.everyone && msgtype === 'miniprogram_notice') {
    throw new WecomRefusal(40058, 'touser @all is not supported by miniprogram_notice');
  }
  if (authorization.authMode === 1 && names.partyIds.length + names.tagIds.length > 0) {
    throw new WecomRefusal(60011, 'toparty and totag need an administrator authorization');
  }
  const recipients = resolveRecipients(names, visible);
  const msgid = secretText(86);
  const answer = sendAnswer(simulator.settings, recipients, fields.warned, msgid);
  if (repeatKey !== null && simulator.duplicates.isRepeat(repeatKey.key, repeatKey.intervalSeconds)) {
    call.row.msgid = msgid;
    call.row.swallowed = true;
    simulator.messageTotals.messagesAccepted++;
    simulator.messageTotals.messagesSwallowed++;
    return answer;
  }
  deliverMessage(simulator, credential, recipients, { msgid, seq: call.row.seq, content });
  call.row.msgid = msgid;
  if (repeatKey !== null) simulator.duplicates.remember(repeatKey.key);
  return answer;
}

/** Needed by every type but miniprogram_notice, where the token implies the app (messages.md §1.4). */
function checkAgentId(
  simulator: Simulator,
  body: JsonObject,
  fields: MessageFields,
  msgtype: string,
  { authorization }: CorpCredential,
): void {
  if (msgtype === 'miniprogram_notice') {
    if (simulator.settings.noticeAgentId === 'ignore' || body.agentid === undefined) return;
    throw new WecomRefusal(40058, 'agentid is not a parameter of miniprogram_notice');
  }
  const agentId = fields.integer(body, 'agentid');
  if (agentId === undefined) throw new WecomRefusal(41011);
  requireOwnAgent(simulator, authorization, agentId);
}

/** Null when the check is off. */
function duplicateKey(
  simulator: Simulator,
  call: ApiCall,
  body: JsonObject,
  fields: MessageFields,
): { key: string; intervalSeconds: number } | null {
  const checks = fields.flag(body, 'enable_duplicate_check');
  const intervalSeconds = fields.integer(body, 'duplicate_check_interval') ?? defaultIntervalSeconds;
  if (intervalSeconds < 0 || intervalSeconds > maxIntervalSeconds) {
    throw new WecomRefusal(40058, `duplicate_check_interval must be 0 to ${maxIntervalSeconds}`);
  }
  if (!checks) return null;
  const digest = simulator.settings.duplicateEquality === 'bytes' ? call.row.sha256 : jsonDigest(body);
  return { key: `${call.row.suiteId} ${call.row.corpId} ${digest}`, intervalSeconds };
}
