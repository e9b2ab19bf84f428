/** Deeper than any message of WeCom; a body nested deeper is an attempt to exhaust the stack. */
const MAX_DEPTH = 32;

export class TooDeep extends Error {
  constructor() {
    super(`nested deeper than ${MAX_DEPTH} levels`);
    this.name = 'TooDeep';
  }
}

/**
 * JSON with sorted keys, so that the same content always gives the same bytes: WeCom's duplicate check compares requests, and
 * ours compares what was asked. Undefined and null properties are left out.
 *
 * @throws TooDeep
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value, 0)) ?? 'null';
}

function sorted(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) throw new TooDeep();
  if (Array.isArray(value)) return value.map((entry) => sorted(entry, depth + 1));
  const object = value as Record<string, unknown>;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(object).sort()) {
    const entry = object[key];
    if (entry !== undefined && entry !== null) copy[key] = sorted(entry, depth + 1);
  }
  return copy;
}
