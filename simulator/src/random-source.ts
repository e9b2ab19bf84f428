import { randomBytes, randomInt } from 'node:crypto';

/** Letters, digits, `-` and `_`, as WeCom's tokens and codes are made of. */
export function secretText(length: number): string {
  return randomBytes(Math.ceil((length * 3) / 4))
    .toString('base64url')
    .slice(0, length);
}

export function digits(length: number): string {
  let text = '';
  while (text.length < length) text += randomInt(0, 10);
  return text;
}

/** Numbers in [0, 1) that repeat for the same seed (mulberry32), so that a faulty run can be replayed. */
export class SeededRandom {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
}
