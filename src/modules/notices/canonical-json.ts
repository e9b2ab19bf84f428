/** Deeper than any message of WeCom; a body nested deeper is an attempt to exhaust the stack. */
const MAX_DEPTH = 32;

export class TooDeep extends Error {
  constructor() {
    super(`nested deeper than ${MAX_DEPTH} levels`);
    this.name = 'TooDeep';
  }
}

/**
 * JSON with keys in code unit order, so that the same content always gives the same bytes: WeCom's duplicate check compares
 * requests, and ours compares what was asked. Undefined and null properties are left out.
 *
 * @throws TooDeep
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) throw new TooDeep();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map((entry) => canonicalJson(entry, depth + 1)).join(',')}]`;
  const object = value as Record<string, unknown>;
  let text = '';
  for (const key of Object.keys(object).sort()) {
    const entry = object[key];
    if (entry === undefined || entry === null) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(entry, depth + 1)}`;
  }
  return `{${text}}`;
}
