import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const blockBytes = 32;

/** SHA-1 over the four values, sorted bytewise and joined (d:91144). */
export function callbackSignature(token: string, timestamp: string, nonce: string, encrypt: string): string {
  const sorted = [token, timestamp, nonce, encrypt].map((value) => Buffer.from(value)).sort(Buffer.compare);
  return createHash('sha1').update(Buffer.concat(sorted)).digest('hex');
}

/** AES-256-CBC over `random(16) | length(4, big-endian) | message | receiveId`, PKCS#7 to 32 bytes (d:91144). */
export function encryptCallback(encodingAesKey: string, message: string, receiveId: string): string {
  const key = aesKey(encodingAesKey);
  const body = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const plain = Buffer.concat([randomBytes(16), length, body, Buffer.from(receiveId)]);
  const padBytes = blockBytes - (plain.length % blockBytes);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([
    cipher.update(plain),
    cipher.update(Buffer.alloc(padBytes, padBytes)),
    cipher.final(),
  ]).toString('base64');
}

/** Throws an Error that names the first thing wrong with the ciphertext. */
export function decryptCallback(encodingAesKey: string, encrypt: string): { message: string; receiveId: string } {
  const cipherText = Buffer.from(encrypt, 'base64');
  if (cipherText.length < blockBytes || cipherText.length % 16 !== 0) throw new Error('ciphertext has a bad length');
  const key = aesKey(encodingAesKey);
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(cipherText), decipher.final()]);
  const padBytes = padded[padded.length - 1] ?? 0;
  if (padBytes < 1 || padBytes > blockBytes || padBytes > padded.length) throw new Error('bad padding');
  if (padded.subarray(-padBytes).some((byte) => byte !== padBytes)) throw new Error('bad padding');
  const plain = padded.subarray(0, padded.length - padBytes);
  if (plain.length < 20) throw new Error('plaintext too short');
  const messageEnd = 20 + plain.readUInt32BE(16);
  if (messageEnd > plain.length) throw new Error('length field beyond the plaintext');
  return {
    message: plain.subarray(20, messageEnd).toString('utf8'),
    receiveId: plain.subarray(messageEnd).toString('utf8'),
  };
}

export function sameSignature(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function aesKey(encodingAesKey: string): Buffer {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  if (key.length !== 32) throw new Error('EncodingAESKey must have 43 characters');
  return key;
}
