import { type FieldValue, MessageFields } from './message-fields.js';
import { MAX_DEPTH, UnreadableMessage } from './message-limits.js';

/** The JSON twin of an event, read into the same shape; numbers keep their digits, since a MsgId exceeds 2^53. */
export function readJson(text: string, maxElements: number): MessageFields {
  const root = parse(text);
  if (!isObject(root)) throw new UnreadableMessage('JSON, but no object');
  return fieldsOf(root, 0, { left: maxElements });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, keepDigits as Parameters<typeof JSON.parse>[1]);
  } catch {
    // The SyntaxError quotes the text.
    throw new UnreadableMessage('not well-formed JSON');
  }
}

function keepDigits(_name: string, value: unknown, context: { source?: string }): unknown {
  return typeof value === 'number' ? (context.source ?? String(value)) : value;
}

function fieldsOf(object: object, depth: number, budget: { left: number }): MessageFields {
  if (depth > MAX_DEPTH) throw new UnreadableMessage(`deeper than ${MAX_DEPTH} levels`);
  const fields = new MessageFields();
  for (const [name, value] of Object.entries(object)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (budget.left-- <= 0) throw new UnreadableMessage('too many elements');
      fields.add(name, fieldValue(item, depth + 1, budget));
    }
  }
  return fields;
}

function fieldValue(value: unknown, depth: number, budget: { left: number }): FieldValue {
  if (isObject(value)) return fieldsOf(value, depth, budget);
  if (Array.isArray(value)) throw new UnreadableMessage('a list in a list');
  return value === null ? '' : String(value).trim();
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
