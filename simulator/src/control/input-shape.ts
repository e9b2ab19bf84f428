import { ControlRefusal } from '../control-refusal.ts';

/** Says what is wrong with a value, or null. */
export type Check = (value: unknown) => string | null;

/** Which fields an object may have; a name with `?` may be absent. */
export type Shape = Readonly<Record<string, Check>>;

export const isText: Check = (value) =>
  typeof value === 'string' && value !== '' ? null : 'must be a non-empty string';
export const isAnyText: Check = (value) => (typeof value === 'string' ? null : 'must be a string');
export const isBoolean: Check = (value) => (typeof value === 'boolean' ? null : 'must be true or false');
export const isCount: Check = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? null : 'must be a number of at least 0';
export const isId: Check = (value) =>
  Number.isSafeInteger(value) && (value as number) > 0 ? null : 'must be a positive integer';
export const isAnything: Check = () => null;

export function isOneOf(...allowed: ReadonlyArray<string | number>): Check {
  return (value) => (allowed.includes(value as string) ? null : `must be one of ${allowed.join(', ')}`);
}

export function isNullOr(check: Check): Check {
  return (value) => (value === null ? null : check(value));
}

export function isListOf(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return 'must be a list';
    for (const [index, one] of value.entries()) {
      const problem = check(one);
      if (problem !== null) return `[${index}] ${problem}`;
    }
    return null;
  };
}

export function isObject(shape: Shape): Check {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object';
    for (const [name, one] of Object.entries(value)) {
      const check = shape[name] ?? shape[`${name}?`];
      if (check === undefined) return `has no field ${name}`;
      const problem = check(one);
      if (problem !== null) return `${name} ${problem}`;
    }
    const missing = Object.keys(shape).find((name) => !name.endsWith('?') && !Object.hasOwn(value, name));
    return missing === undefined ? null : `needs ${missing}`;
  };
}

/** A misspelt field would silently test something else, so everything unknown is refused. */
export function requireInput<T>(value: unknown, check: Check, what: string): T {
  const problem = check(value);
  if (problem !== null) throw new ControlRefusal(400, `${what} ${problem}`);
  return value as T;
}
