import { Injectable } from '@nestjs/common';
import { Secret } from '../platform/secrets/secret.js';
import { WecomClient } from './wecom.client.js';
import { WecomUnreadableError } from './wecom.errors.js';

const SEND_PATH = '/cgi-bin/message/send';

/** Answer of message/send (d:90372). errcode 0 with non-empty lists is a partial success; 0 means accepted, not read. */
export interface SendReply {
  readonly errcode: number;
  readonly errmsg: string;
  /** Key for recall, 24 h; may come with a failing errcode too. */
  readonly msgid: string | undefined;
  /** One update of an updatable card, 72 h. */
  readonly responseCode: string | undefined;
  /** Ids as WeCom wrote them: documented as lower-cased, so match exactly first, then ignoring case. */
  readonly invalidUsers: readonly string[];
  readonly invalidParties: readonly string[];
  readonly invalidTags: readonly string[];
  /** Members named in `touser` without a valid base licence. */
  readonly unlicensedUsers: readonly string[];
  /** errcode 0, but WeCom could not parse the whole body and may have ignored fields: a defect of our serializer. */
  readonly wrongJsonWarning: boolean;
}

/** Calls of the message family, made with a corp token. */
@Injectable()
export class MessageApi {
  constructor(private readonly client: WecomClient) {}

  /**
   * Sends exactly these bytes. An errcode other than 0 is returned, not thrown: the caller settles it per recipient.
   * Throws WecomHttpError, WecomUnreadableError, WecomNetworkError or WecomTimeoutError.
   */
  async send(token: Secret, body: Uint8Array): Promise<SendReply> {
    return readSendReply(await this.client.exchange({ path: SEND_PATH, query: { access_token: token }, body }));
  }
}

/**
 * Hand-written and tolerant on purpose: this is the hot path (thousands of answers a second, where building and validating
 * a class costs more than the HTTP exchange), and the page and real answers disagree about the lists: absent, null, "",
 * "a|b" and ["a","b"] all occur (d:90372). Only a missing errcode makes an answer unreadable.
 */
function readSendReply(answer: Readonly<Record<string, unknown>>): SendReply {
  const { errcode } = answer;
  if (typeof errcode !== 'number' || !Number.isSafeInteger(errcode)) {
    throw new WecomUnreadableError(SEND_PATH, 'errcode');
  }
  const errmsg = typeof answer.errmsg === 'string' ? answer.errmsg : '';
  return {
    errcode,
    errmsg,
    msgid: textOf(answer.msgid),
    responseCode: textOf(answer.response_code),
    invalidUsers: idsOf(answer.invaliduser),
    invalidParties: idsOf(answer.invalidparty),
    invalidTags: idsOf(answer.invalidtag),
    unlicensedUsers: idsOf(answer.unlicenseduser),
    wrongJsonWarning: errcode === 0 && errmsg !== 'ok' && errmsg.includes('wrong json format'),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const NO_IDS: readonly string[] = Object.freeze([]);

function idsOf(value: unknown): readonly string[] {
  if (value === undefined || value === null || value === '') {
    return NO_IDS;
  }
  const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
  return parts.flatMap((part) =>
    typeof part === 'string' || typeof part === 'number'
      ? String(part)
          .split('|')
          .map((id) => id.trim())
          .filter((id) => id !== '')
      : [],
  );
}
