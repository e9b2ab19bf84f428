import { AuthCodeLost, AuthorizationNotFound } from '../../authorizations/authorizations.errors.js';
import type { AuthCodeSource } from '../../authorizations/authorizations.types.js';
import type { Secret } from '../../platform/secrets/secret.js';
import { type CallbackEvent, callbackEvent, DONE, type EventOutcome } from '../callback-event.types.js';
import type { CallbackHandlers } from '../callback-handlers.js';
import { NeededSeconds, NeededSecret, NeededText } from '../event-payload.js';
import type { MessageFields } from '../message-fields.js';

const MAX_AUTH_CODE_BYTES = 512;
const MAX_CORP_ID_CHARS = 128;

/** Names no corp: only the exchange of the code tells who it was. */
class AuthCodePush {
  @NeededSecret('AuthCode', MAX_AUTH_CODE_BYTES) authCode!: Secret;
  @NeededSeconds('TimeStamp') timeSeconds!: number;
}

class AuthorizationPush {
  @NeededText('AuthCorpId', MAX_CORP_ID_CHARS) corpId!: string;
  @NeededSeconds('TimeStamp') timeSeconds!: number;
}

const byAuthCode = (message: MessageFields) => [message.text('AuthCode')];
const byCorpAndTime = (message: MessageFields) => [message.text('AuthCorpId'), message.text('TimeStamp')];

const consume =
  (source: AuthCodeSource) =>
  async (
    { authorizations }: CallbackHandlers,
    { authCode, timeSeconds }: AuthCodePush,
    { suiteId }: CallbackEvent,
  ): Promise<EventOutcome> => {
    try {
      await authorizations.consumeAuthCode({ suiteId, authCode, source, eventTimeSeconds: timeSeconds });
      return DONE;
    } catch (error) {
      if (error instanceof AuthCodeLost) return { state: 'failed', reason: error.code };
      throw error;
    }
  };

/** A corp installs, changes, removes or re-keys a suite. */
export const AUTHORIZATION_EVENTS = [
  callbackEvent({
    channel: 'command',
    infoType: 'create_auth',
    doc: 'd:100964',
    payload: AuthCodePush,
    urgent: true,
    identity: byAuthCode,
    handle: consume('event'),
  }),
  callbackEvent({
    channel: 'command',
    infoType: 'reset_permanent_code',
    doc: 'd:94758',
    payload: AuthCodePush,
    urgent: true,
    identity: byAuthCode,
    handle: consume('reset'),
  }),
  callbackEvent({
    channel: 'command',
    infoType: 'change_auth',
    doc: 'd:100964',
    payload: AuthorizationPush,
    urgent: true,
    identity: byCorpAndTime,
    handle: async ({ authorizations }, { corpId }, { suiteId }) => {
      try {
        await authorizations.recordChange(corpId, suiteId);
        return DONE;
      } catch (error) {
        // G-06: a corp that installed without our ever getting its code; support shows it as an orphan.
        if (error instanceof AuthorizationNotFound) return { state: 'ignored', reason: 'unknown_authorization' };
        throw error;
      }
    },
  }),
  callbackEvent({
    channel: 'command',
    infoType: 'cancel_auth',
    doc: 'd:100964',
    payload: AuthorizationPush,
    urgent: true,
    identity: byCorpAndTime,
    handle: async ({ authorizations }, { corpId, timeSeconds }, { suiteId }) => {
      const result = await authorizations.cancel({ corpId, suiteId, eventTimeSeconds: timeSeconds });
      return result === 'cancelled' ? DONE : { state: 'ignored', reason: result };
    },
  }),
];
