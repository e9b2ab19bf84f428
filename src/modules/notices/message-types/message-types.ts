import type { MessageType } from './message-type.js';
import { MINIPROGRAM_NOTICE } from './miniprogram-notice.js';
import { TEXT } from './text.js';

/** Every type product code may send. */
export const MESSAGE_TYPES: readonly MessageType[] = [MINIPROGRAM_NOTICE, TEXT] as readonly MessageType[];

const BY_NAME: ReadonlyMap<unknown, MessageType> = new Map(MESSAGE_TYPES.map((type) => [type.msgtype, type]));

export function messageType(msgtype: unknown): MessageType | undefined {
  return BY_NAME.get(msgtype);
}
