import type { ApiAnswer } from '../api/api-call.ts';
import { WecomRefusal } from '../errcodes.ts';
import type { SimulatorSettings } from '../settings.ts';
import type { Recipients } from './recipients.ts';

/** The answer of message/send (messages.md §2); throws 81013 when nobody is left to receive the message. */
export function sendAnswer(
  settings: SimulatorSettings,
  recipients: Recipients,
  warned: boolean,
  msgid: string,
): ApiAnswer {
  const lists = recipientLists(settings, recipients);
  const onlyUnlicensed = recipients.unlicensedUsers.length > 0 && settings.allUnlicensed === 'accept';
  if (!recipients.someValid && !onlyUnlicensed) throw new WecomRefusal(settings.noRecipientLeftErrcode, '', lists);
  return { errcode: 0, errmsg: warned ? 'ok. Warning: wrong json format. ' : 'ok', ...lists, msgid };
}

function recipientLists(settings: SimulatorSettings, recipients: Recipients): ApiAnswer {
  const lists: ApiAnswer = {};
  const put = (name: string, ids: string[], lowerCase: boolean) => {
    const joined = ids.join('|');
    if (joined !== '') lists[name] = lowerCase ? joined.toLowerCase() : joined;
    else if (settings.emptyLists === 'array') lists[name] = [];
    else if (settings.emptyLists === 'string' && name !== 'unlicenseduser') lists[name] = '';
  };
  put('invaliduser', recipients.invalidUsers, settings.lowerCaseInvalidUser);
  put('invalidparty', recipients.invalidParties, false);
  put('invalidtag', recipients.invalidTags, false);
  put('unlicenseduser', recipients.unlicensedUsers, settings.lowerCaseUnlicensedUser);
  return lists;
}
