import { CallbackRefused } from './callbacks.errors.js';

/** What WeCom signs beside the ciphertext. */
export interface SignedQuery {
  readonly signature: string;
  readonly timestamp: string;
  readonly nonce: string;
}

const TIMESTAMP = /^\d{1,12}$/;
/** ASCII only: the four signed values are sorted bytewise (d:91144), JavaScript sorts by UTF-16 unit. */
const NONCE = /^[\x21-\x7e]{1,128}$/;

/** The signed values of a POST. */
export function signedQuery(url: string): SignedQuery {
  return signedValues(parameters(url));
}

/** The values of a URL verification. */
export function verificationQuery(url: string): SignedQuery & { echostr: string } {
  const values = parameters(url);
  return { ...signedValues(values), echostr: single(values, 'echostr') };
}

function signedValues(values: ReadonlyMap<string, string>): SignedQuery {
  const query = {
    signature: single(values, 'msg_signature'),
    timestamp: single(values, 'timestamp'),
    nonce: single(values, 'nonce'),
  };
  if (!TIMESTAMP.test(query.timestamp)) throw new CallbackRefused('query', 'timestamp is not a number of seconds');
  if (!NONCE.test(query.nonce)) throw new CallbackRefused('query', 'nonce is empty, too long or not ASCII');
  return query;
}

function single(values: ReadonlyMap<string, string>, name: string): string {
  const value = values.get(name);
  if (value === undefined) throw new CallbackRefused('query', `${name} is missing`);
  return value;
}

/**
 * Reads the raw query string, each value decoded exactly once; `+` stays `+`, or the base64 of an echostr breaks (G-15).
 * A name that comes twice is refused: frameworks make arrays of those, and an array signs like its joined elements.
 */
function parameters(url: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const start = url.indexOf('?');
  if (start < 0) return values;
  for (const pair of url.slice(start + 1).split('&')) {
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    if (values.has(name)) throw new CallbackRefused('query', 'a parameter is given twice');
    values.set(name, equals < 0 ? '' : decode(pair.slice(equals + 1)));
  }
  return values;
}

function decode(text: string): string {
  try {
    return text.includes('%') ? decodeURIComponent(text) : text;
  } catch {
    throw new CallbackRefused('query', 'a parameter is not URL-encoded UTF-8');
  }
}
