import { WecomRefusal } from '../errcodes.ts';
import type { InboxContent } from '../types/records.ts';
import { codePointCount, firstBytes } from './hanzi-length.ts';
import type { MessageContext } from './message-context.ts';
import type { JsonObject } from './message-fields.ts';

const shownBytes = 2048;
const hardCap = 5120;

/** `text`: cut at 2048 bytes, refused above 5120 (d:90372, messages.md §1.5). */
export function readTextMessage(body: JsonObject, context: MessageContext): InboxContent {
  const { fields, settings } = context;
  const safe = fields.integer(body, 'safe') ?? 0;
  if (safe !== 0 && safe !== 1) throw new WecomRefusal(40058, 'safe must be 0 or 1 for msgtype text');
  const text = fields.object(body, 'text') ?? {};
  const content = fields.text(text, 'content', 'text.content');
  if (content === undefined) throw new WecomRefusal(44004, 'text.content is empty');
  const size = settings.textCapUnit === 'bytes' ? Buffer.byteLength(content) : codePointCount(content);
  if (size > hardCap) throw new WecomRefusal(40058, `text.content exceed max length ${hardCap}`);
  const shown = firstBytes(context.translate(content), shownBytes);
  return { msgtype: 'text', content: shown, truncated: shown !== context.translate(content) };
}
