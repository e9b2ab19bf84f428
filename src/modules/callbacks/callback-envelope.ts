import { CallbackRefused } from './callbacks.errors.js';
import { UnreadableMessage } from './message-limits.js';
import { readMessage } from './message-reader.js';

/** ToUserName, AgentID, Encrypt and their root, with room for what WeCom may add. */
const MAX_ENVELOPE_ELEMENTS = 16;
/** Envelopes longer than this must consist of base64, but for so many other characters: a megabyte of `]` costs 300 ms. */
const SHORT_CHARS = 8_192;
const MAX_MARKUP_CHARS = 2_048;

/**
 * The ciphertext of a POST body. Nothing else in the envelope is trusted: ToUserName and AgentID are not signed, and users
 * saw the provider's corp id where the page promises the suite id. This is the only parsing done for anybody who can reach the
 * port, so it is held to the shape of an envelope.
 * @throws CallbackRefused
 */
export function encryptedPartOf(body: unknown): string {
  if (typeof body !== 'string' || body === '') throw new CallbackRefused('envelope', 'no body');
  // Ids and base64 need no character references; a megabyte of them costs 58 ms to decode.
  if (body.includes('&')) throw new CallbackRefused('envelope', 'character or entity reference');
  if (body.length > SHORT_CHARS && body.replace(/[A-Za-z0-9+/=\s]+/g, '').length > MAX_MARKUP_CHARS) {
    throw new CallbackRefused('envelope', 'more markup than an envelope has');
  }
  const encrypted = read(body);
  if (!encrypted) throw new CallbackRefused('envelope', 'no Encrypt element');
  return encrypted;
}

function read(body: string): string | undefined {
  try {
    const envelope = readMessage(body, MAX_ENVELOPE_ELEMENTS);
    return envelope.text('Encrypt') ?? envelope.text('encrypt');
  } catch (error) {
    if (error instanceof UnreadableMessage) throw new CallbackRefused('envelope', error.reason);
    throw error;
  }
}
