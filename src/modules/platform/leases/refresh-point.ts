import type { TokenId } from './token-key.js';
import { tokenIdText } from './token-key.js';

/** WeCom's tokens live 7200 s (d:90605); the 20 to 30 minutes below are meant for that lifetime. */
const USUAL_LIFETIME_SECONDS = 7_200;
const EARLIEST_SECONDS = 1_800;
const LATEST_SECONDS = 1_200;

/**
 * How long before its end a token is refreshed: 20 to 30 minutes, the same share of a shorter life. The point is fixed by the
 * tenant, not drawn: ten thousand corps that were all refreshed in one minute spread over ten, and stay spread.
 */
export function secondsAhead(id: TokenId, lifetimeSeconds: number): number {
  const share = fnv1a(tokenIdText(id)) / 2 ** 32;
  const ahead = LATEST_SECONDS + share * (EARLIEST_SECONDS - LATEST_SECONDS);
  return Math.min(1, lifetimeSeconds / USUAL_LIFETIME_SECONDS) * ahead;
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  // FNV leaves the high bits of similar ids close together; one multiply-xor round spreads them.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
