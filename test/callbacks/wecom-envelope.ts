import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { Secret } from '../../src/modules/platform/secrets/secret.js';

/** WeCom's side of the scheme for tests, on node:crypto alone, with every step open to be got wrong. */
export const TOKEN = 'QDG6eK';
export const AES_KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
export const KEYS = { token: Secret.of(TOKEN), encodingAesKey: Secret.of(AES_KEY) };

export function plaintext(message: string | Buffer, receiveId: string | Buffer, length?: number): Buffer {
  const body = Buffer.from(message);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(length ?? body.length);
  return Buffer.concat([randomBytes(16), size, body, Buffer.from(receiveId)]);
}

export function padded(plain: Buffer): Buffer {
  const pad = 32 - (plain.length % 32);
  return Buffer.concat([plain, Buffer.alloc(pad, pad)]);
}

/** Encrypts whole blocks as they are. */
export function cipherText(blocks: Buffer, aesKey = AES_KEY): string {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16));
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]).toString('base64');
}

export function encrypt(message: string, receiveId: string, aesKey = AES_KEY): string {
  return cipherText(padded(plaintext(message, receiveId)), aesKey);
}

export function sign(encrypted: string, timestamp = '1700000000', nonce = 'n0nce', token = TOKEN) {
  const signature = createHash('sha1').update([token, timestamp, nonce, encrypted].sort().join('')).digest('hex');
  return { signature, timestamp, nonce };
}

export function envelope(encrypted: string, toUserName = 'wwsuite'): string {
  return `<xml><ToUserName><![CDATA[${toUserName}]]></ToUserName><AgentID><![CDATA[]]></AgentID><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
}

export function queryString({ signature, timestamp, nonce }: ReturnType<typeof sign>): string {
  return `msg_signature=${signature}&timestamp=${timestamp}&nonce=${encodeURIComponent(nonce)}`;
}
