import { ControlRefusal } from '../control-refusal.ts';

/** `after` and `limit` of a paged list. */
export function pageOf(query: URLSearchParams): { after?: number; limit?: number } {
  return { after: numberOf(query, 'after'), limit: numberOf(query, 'limit') };
}

export function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw new ControlRefusal(400, `${name} must be an integer`);
  return Number(text);
}
