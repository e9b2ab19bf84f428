import type { CorpCredential } from '../api/credentials.ts';
import { WecomRefusal } from '../errcodes.ts';
import type { Simulator } from '../simulator.ts';
import type { InboxEntry } from '../types/records.ts';
import type { Recipients } from './recipients.ts';

/** Puts an accepted message into the inboxes; drops what WeCom drops without a word, and counts it. */
export function deliverMessage(
  simulator: Simulator,
  { authorization, corp }: CorpCredential,
  recipients: Recipients,
  message: Pick<InboxEntry, 'msgid' | 'seq' | 'content'>,
): void {
  const { memberQuota, messageTotals, settings, limits } = simulator;
  const agentKey = `${authorization.suiteId} ${authorization.corpId}`;
  const quotaKeys = recipients.members.map((member) => `${agentKey} ${corp.memberKey(member.userId)}`);
  if (settings.memberOverflow === 'errcode' && quotaKeys.some((key) => !memberQuota.hasRoom(key))) {
    throw new WecomRefusal(45009, 'too many messages to one member');
  }
  if (!limits.takePersonTimes(agentKey, recipients.members.length, corp.accountCap)) {
    throw new WecomRefusal(45009, 'the person-times of the day are used up');
  }
  const entry: InboxEntry = {
    ...message,
    suiteId: authorization.suiteId,
    agentId: authorization.agentId,
    at: simulator.clock.now(),
  };
  messageTotals.messagesAccepted++;
  messageTotals.droppedUnlicensed += recipients.silentlyUnlicensed;
  for (const [index, member] of recipients.members.entries()) {
    const key = quotaKeys[index] as string;
    if (member.status === 4) messageTotals.droppedInactive++;
    else if (!memberQuota.hasRoom(key)) messageTotals.droppedByMemberLimit++;
    else {
      memberQuota.take(key);
      simulator.inboxes.deliver(corp, member.userId, entry);
      messageTotals.deliveries++;
    }
  }
}
