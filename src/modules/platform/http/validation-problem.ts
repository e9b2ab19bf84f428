import type { ValidationError } from 'class-validator';
import { DomainError, type ProblemField } from './domain-error.js';
import { shapeOf } from './given.js';

/** What a rule may add to its error through class-validator's `context` option. */
export interface RuleContext {
  readonly limit?: string | number;
  readonly doc?: string;
  /** How to describe what was given, where its shape is not enough. */
  readonly given?: (value: unknown) => string | number | boolean;
}

/** More would help nobody, and a body of a hundred thousand unknown keys must not be answered with as many errors. */
const REPORTED_FIELDS = 100;
const REPORTED_PATH_LENGTH = 200;

/** The request does not say what it must. Names every bad field at once. */
export class ValidationFailed extends DomainError {
  constructor(fields: readonly ProblemField[]) {
    const reported = fields
      .slice(0, REPORTED_FIELDS)
      .map((problem) => ({ ...problem, field: shortened(problem.field) }));
    const names = [...new Set(reported.map(({ field }) => field))];
    super({
      code: 'validation_failed',
      status: 422,
      title: 'The request breaks the rules of some fields',
      detail: `${fields.length} found. Look at: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ' …' : ''}`,
      fields: reported,
    });
  }
}

function shortened(path: string): string {
  return path.length > REPORTED_PATH_LENGTH ? `${path.slice(0, REPORTED_PATH_LENGTH)}…` : path;
}

/** class-validator's names for what we call by a plainer word. Rules of our own are named in snake case already. */
const RULE_NAMES: Readonly<Record<string, string>> = {
  whitelistValidation: 'unknown_field',
  nestedValidation: 'object',
  unknownValue: 'object',
  isDefined: 'required',
  isNotEmpty: 'required',
  isString: 'string',
  isInt: 'integer',
  isBoolean: 'boolean',
  isArray: 'array',
  isIn: 'one_of',
  arrayMaxSize: 'max_items',
};

const RULE_MESSAGES: Readonly<Record<string, string>> = {
  unknown_field: 'there is no such field',
  object: 'must be an object',
  required: 'is required',
};

/** class-validator's error tree as flat fields, with paths as the sender wrote them: `content_item[2].key`. */
export function problemFieldsOf(errors: readonly ValidationError[], parent = ''): ProblemField[] {
  return errors.flatMap((error) => {
    const field = pathOf(parent, error.property);
    const constraints = Object.entries(error.constraints ?? {});
    // What is missing is also no string and too short; saying so once is enough.
    const missing = constraints.filter(([rule]) => rule === 'isDefined');
    const own = (missing.length > 0 ? missing : constraints).map(([rule, message]) =>
      problemField(field, rule, message, error),
    );
    return [...own, ...problemFieldsOf(error.children ?? [], field)];
  });
}

function problemField(field: string, constraint: string, text: string, error: ValidationError): ProblemField {
  const rule = RULE_NAMES[constraint] ?? snakeCase(constraint);
  const message = RULE_MESSAGES[rule] ?? text.replace(`${error.property} `, '');
  if (rule === 'unknown_field') return { field, rule, message };
  const { limit, doc, given = shapeOf }: RuleContext = error.contexts?.[constraint] ?? {};
  return {
    field,
    rule,
    message,
    ...(limit === undefined ? {} : { limit }),
    given: given(error.value),
    ...(doc === undefined ? {} : { doc }),
  };
}

function pathOf(parent: string, property: string | undefined): string {
  if (property === undefined) return parent;
  if (parent === '') return property;
  return /^\d+$/.test(property) ? `${parent}[${property}]` : `${parent}.${property}`;
}

function snakeCase(rule: string): string {
  return rule.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
