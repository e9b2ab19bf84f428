import { readJson } from './json-reader.js';
import type { MessageFields } from './message-fields.js';
import { MAX_ELEMENTS, MAX_MESSAGE_BYTES, UnreadableMessage } from './message-limits.js';
import { readXml } from './xml-reader.js';

/**
 * Reads an envelope or a decrypted message. XML is the documented form; some pages show a JSON twin of an event (d:96516)
 * and none says when it is used, so the first character decides.
 * @throws UnreadableMessage
 */
export function readMessage(text: string, maxElements = MAX_ELEMENTS): MessageFields {
  if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES) throw new UnreadableMessage('larger than 1 MB');
  const start = text.charCodeAt(0) === 0xfeff ? text.slice(1).trimStart() : text.trimStart();
  if (start.startsWith('<')) return readXml(start, maxElements);
  if (start.startsWith('{')) return readJson(start, maxElements);
  throw new UnreadableMessage(start === '' ? 'empty' : 'neither XML nor JSON');
}
