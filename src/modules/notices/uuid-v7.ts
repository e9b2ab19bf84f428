import { randomFillSync } from 'node:crypto';

const RANDOM = Buffer.alloc(16 * 256);
let used = RANDOM.length;
let lastMs = 0;
let sequence = 0;

/**
 * A UUID whose order is the order of making (RFC 9562, version 7): rows made together lie together in the index, and a list
 * by id is a list by time. Twelve bits count within a millisecond, so ids of one process never go back.
 */
export function uuidV7(nowMs = Date.now()): string {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    sequence = 0;
  } else if (++sequence > 0xfff) {
    lastMs += 1;
    sequence = 0;
  }
  if (used === RANDOM.length) {
    randomFillSync(RANDOM);
    used = 0;
  }
  const bytes = RANDOM.subarray(used, used + 16);
  used += 16;
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | sequence, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The same id in 22 characters that need no escaping in a query. */
export function shortId(uuid: string): string {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url');
}
