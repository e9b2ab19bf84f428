import { isUtf8 } from 'node:buffer';
import type { LedgerRow } from '../state/call-ledger.ts';

export type ApiBody = { value: Record<string, unknown> } | { errcode: 40033 | 40206 | 47001; detail: string };

/** One call of `/cgi-bin/…`, read in full. */
export interface ApiCall {
  method: string;
  path: string;
  query: URLSearchParams;
  ip: string;
  raw: Buffer;
  body: ApiBody;
  row: LedgerRow;
}

export type ApiAnswer = Record<string, unknown>;

export const maxBodyBytes = 1024 * 1024;

/** An odd number of backslashes before `uXXXX` is an escape; `\\u0041` is a backslash and a word. */
const unicodeEscape = /(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}/;

/** Parses a POST body the way WeCom does: UTF-8 JSON object, real characters instead of `\uXXXX` (40033). */
export function readApiBody(raw: Buffer): ApiBody {
  if (raw.length > maxBodyBytes) return { errcode: 40206, detail: `body exceed max length ${maxBodyBytes}` };
  if (!isUtf8(raw)) return { errcode: 47001, detail: 'body is not UTF-8' };
  const text = raw.toString('utf8');
  if (text.includes('\\u') && unicodeEscape.test(text)) return { errcode: 40033, detail: '' };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { value: value as Record<string, unknown> };
    }
    return { errcode: 47001, detail: 'body is not a JSON object' };
  } catch {
    return { errcode: 47001, detail: 'body is not JSON' };
  }
}
