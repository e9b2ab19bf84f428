import { registerDecorator } from 'class-validator';
import type { RuleContext } from '../../platform/http/validation-problem.js';
import { withoutPlaceholders } from './id-placeholders.js';
import { type HanLimit, type Measures, mayFit, measure, surelyFits } from './measure.js';
import { isStrict, READINGS, type Reading, replacesNames } from './reading.js';

/** WeCom's page of message/send for third-party apps: it decides every limit of a message. */
export const SEND_PAGE = 'd:90372';

interface Rule extends RuleContext {
  readonly name: string;
  readonly message: string;
  readonly accepts: (value: unknown) => boolean;
}

function register(rule: Rule, groups?: Reading[]): PropertyDecorator {
  const { name, message, accepts, limit, doc = SEND_PAGE, given } = rule;
  return (target, property) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      options: { message, groups, context: { limit, doc, given } satisfies RuleContext },
      validator: { validate: accepts },
    });
}

const onText = (accepts: (text: string) => boolean) => (value: unknown) => typeof value !== 'string' || accepts(value);
const bytesGiven = (value: unknown) => `${Buffer.byteLength(String(value))} bytes`;

/** A limit in UTF-8 bytes beyond which WeCom refuses. */
export function MaxBytes(limit: number, doc?: string): PropertyDecorator {
  return register({
    name: 'max_bytes',
    message: `must not be longer than ${limit} bytes of UTF-8`,
    limit,
    doc,
    given: bytesGiven,
    accepts: onText((text) => Buffer.byteLength(text) <= limit),
  });
}

/**
 * A limit in UTF-8 bytes beyond which WeCom cuts the text: refused when strict; when lenient the type cuts it itself, at a
 * character, and says so. `refusedBeyond` is where WeCom stops cutting and refuses.
 */
export function CutBeyondBytes(limit: number, options: { refusedBeyond: number }): PropertyDecorator {
  const rule = (bytes: number, message: string): Rule => ({
    name: 'max_bytes',
    message,
    limit: bytes,
    given: bytesGiven,
    accepts: onText((text) => Buffer.byteLength(text) <= bytes),
  });
  const strict = rule(limit, `is cut after ${limit} bytes of UTF-8`);
  const lenient = rule(options.refusedBeyond, `must not be longer than ${options.refusedBeyond} bytes of UTF-8`);
  return (target, property) => {
    register(strict, READINGS.filter(isStrict))(target, property);
    register(
      lenient,
      READINGS.filter((reading) => !isStrict(reading)),
    )(target, property);
  };
}

/**
 * A limit in 汉字. What a 汉字 is for ASCII, digits and emoji is not documented: strict takes only what fits under every
 * reading, lenient what fits under one (messages.md §1.8).
 *
 * @param limit.names whether WeCom replaces id placeholders in this field
 */
export function HanLength(limit: HanLimit & { names: boolean }): PropertyDecorator {
  const range = limit.min === 1 ? `1 to ${limit.max}` : `${limit.min} to ${limit.max}`;
  const bounds = describeBounds(limit);
  return (target, property) => {
    for (const reading of READINGS) {
      const fits = isStrict(reading) ? surelyFits : mayFit;
      const measured = (text: string) => measureFor(text, limit.names && replacesNames(reading));
      const rule: Rule = {
        name: 'han_length',
        message: isStrict(reading)
          ? `must be ${range} 汉字, however WeCom counts ASCII, emoji and names`
          : `must be ${range} 汉字 under at least one way of counting`,
        limit: bounds,
        given: (value) => (typeof value === 'string' ? describeMeasures(measured(value)) : 'not a text'),
        accepts: onText((text) => fits(measured(text), limit)),
      };
      register(rule, [reading])(target, property);
    }
  };
}

function measureFor(text: string, names: boolean): Measures {
  if (!names || !text.includes('$')) return measure(text);
  const { rest, longestNames } = withoutPlaceholders(text);
  return measure(rest, longestNames);
}

function describeBounds({ min, max }: HanLimit): string {
  const from = (unit: number) => (min === 1 ? 1 : min * unit);
  return `${min}–${max} characters, ${from(3)}–${max * 3} bytes, width ${from(2)}–${max * 2}`;
}

function describeMeasures({ codePoints, utf16Units, bytes, width }: Measures): string {
  const units = utf16Units.high === codePoints.high ? '' : ` (${show(utf16Units)} UTF-16 units)`;
  return `${show(codePoints)} characters${units}, ${show(bytes)} bytes, width ${show(width)}`;
}

function show({ low, high }: { low: number; high: number }): string {
  return low === high ? String(low) : `${low}–${high}`;
}

/** Present and not the empty string. */
export function NotEmptyText(doc?: string): PropertyDecorator {
  return register({ name: 'required', message: 'must not be empty', doc, accepts: onText((text) => text !== '') });
}

/** A rule of one field that has no general name. */
export function FieldRule(rule: {
  name: string;
  message: string;
  accepts: (text: string) => boolean;
  limit?: string | number;
  doc?: string;
}): PropertyDecorator {
  return register({ ...rule, accepts: onText(rule.accepts) });
}

/** At most so many entries, not counting those `ignored` says WeCom passes over. */
export function MaxEntries<T>(limit: number, ignored: (entry: T) => boolean = () => false): PropertyDecorator {
  const counted = (value: unknown) => (Array.isArray(value) ? value.filter((entry) => !ignored(entry as T)).length : 0);
  return register({
    name: 'max_items',
    message: `must not have more than ${limit} entries`,
    limit,
    given: (value) => counted(value),
    accepts: (value) => counted(value) <= limit,
  });
}
