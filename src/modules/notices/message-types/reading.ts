/**
 * How lengths are read for one notice. `strict` accepts what cannot be refused under any reading of WeCom's documents,
 * `lenient` whatever may be accepted under one; `+names` when id placeholders will be replaced. The four words are
 * class-validator groups: a rule that depends on the reading registers itself once per group.
 */
export const READINGS = ['strict', 'strict+names', 'lenient', 'lenient+names'] as const;
export type Reading = (typeof READINGS)[number];

export function readingFor(mode: 'strict' | 'lenient', names: boolean): Reading {
  return names ? `${mode}+names` : mode;
}

export function isStrict(reading: Reading): boolean {
  return reading.startsWith('strict');
}

export function replacesNames(reading: Reading): boolean {
  return reading.endsWith('+names');
}
