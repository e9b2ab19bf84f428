import { nestedIn } from './message-types/fields.js';
import type { Findings } from './message-types/message-type.js';

const CONTROL = /\p{Cc}/u;
/** Control characters except line feed and tab, and lone surrogates: JSON writes both as `\uXXXX`, which WeCom refuses (40033). */
const UNWANTED = /(?![\n\t])[\p{Cc}\p{Cs}]/gu;

/**
 * A plain object as an instance of the class that declares its fields, ready for class-validator: nested objects too, null
 * taken for absent, and texts freed of what must not reach a member's client (every removal is a warning). No value changes
 * its type.
 *
 * Names that every object inherits are refused here: class-validator looks known fields up in a plain object and would let
 * `hasOwnProperty` pass, and it takes `constructor` for the class.
 *
 * @param leftOut a field that somebody else reads
 */
export function instanceOf<T extends object>(
  type: new () => T,
  plain: object,
  path: string,
  findings: Findings,
  leftOut?: string,
): T {
  const instance = new type();
  const fields = instance as Record<string, unknown>;
  const nested = nestedIn(type);
  for (const [name, value] of Object.entries(plain)) {
    if (name === leftOut) continue;
    const field = path === '' ? name : `${path}.${name}`;
    if (name in Object.prototype) {
      findings.errors.push({ field, rule: 'unknown_field', message: 'there is no such field' });
      continue;
    }
    if (value === null) continue;
    const inner = nested.get(name);
    fields[name] = inner ? nestedInstance(inner, value, field, findings) : cleaned(value, field, findings);
  }
  return instance;
}

function nestedInstance(type: new () => object, value: unknown, path: string, findings: Findings): unknown {
  if (Array.isArray(value)) {
    return value.map((entry, index) =>
      isPlain(entry) ? instanceOf(type, entry, `${path}[${index}]`, findings) : entry,
    );
  }
  return isPlain(value) ? instanceOf(type, value, path, findings) : value;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cleaned(value: unknown, field: string, { warnings }: Findings): unknown {
  if (typeof value !== 'string' || (value.isWellFormed() && !CONTROL.test(value))) return value;
  // Line ends of Windows are no mistake worth a warning.
  const text = value.replaceAll('\r\n', '\n');
  const clean = text.replace(UNWANTED, '');
  if (clean !== text) {
    warnings.push({
      field,
      rule: 'characters_removed',
      message: 'control characters and broken surrogates were removed',
      given: text.length - clean.length,
    });
  }
  return clean;
}
