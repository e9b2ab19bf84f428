import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Secret } from '../secrets/secret.js';

/*
 * sp_live_<8 characters: public id>_<43 characters: 256 random bits><6 characters: CRC-32 of all before>
 * The prefix lets secret scanners find a leaked key; the checksum refuses typos and guesses without a query (the design is
 * GitHub's); the id finds the row and may be shown anywhere.
 */
const PREFIX = 'sp_live_';
const ID_LENGTH = 8;
const RANDOM_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PATTERN = new RegExp(`^${PREFIX}([0-9A-Za-z]{${ID_LENGTH}})_[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);

/** A new key, and the id that may be shown. The key exists in clear only here and where it is shown once. */
export function makeApiKey(): { id: string; key: Secret } {
  const id = randomText(ID_LENGTH);
  const body = `${PREFIX}${id}_${randomText(RANDOM_LENGTH)}`;
  return { id, key: Secret.of(body + checksum(body)) };
}

/** The public id in a key whose form and checksum are right, else undefined. Says nothing about whether the key exists. */
export function apiKeyIdOf(key: string): string | undefined {
  const id = PATTERN.exec(key)?.[1];
  return id !== undefined && key.endsWith(checksum(key.slice(0, -CHECKSUM_LENGTH))) ? id : undefined;
}

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    digits = ALPHABET.charAt(rest % ALPHABET.length) + digits;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return digits;
}

/** Every character equally likely: bytes at or above 248 = 4 × 62 are thrown away. */
function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return text;
}
