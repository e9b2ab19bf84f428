import {
  getMetadataStorage,
  type ValidationArguments,
  type ValidationError,
  ValidationTypes,
  validateSync,
} from 'class-validator';
import { STRICT_VALIDATION } from './validation-pipe.js';

type RuleSet = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>;
type Rule = RuleSet[number];
type Check = (instance: object) => boolean;
type FieldCheck = (instance: Record<string, unknown>) => boolean;

/**
 * class-validator's verdict on an instance, with its rules looked up once instead of at every call: looking them up is most
 * of its price (53 µs of a notice's 56). Only when something is wrong does class-validator itself run, to say what.
 *
 * The same strictness as everywhere: unknown keys and unknown classes are wrong. Rules that answer with a promise are refused.
 *
 * @param group rules of this class-validator group count, and those that name no group
 */
export function strictFaults(instance: object, group?: string): ValidationError[] {
  if (passes(instance, group)) return [];
  return validateSync(
    instance,
    group === undefined ? STRICT_VALIDATION : { ...STRICT_VALIDATION, groups: [group], always: true },
  );
}

const COMPILED = new Map<string | undefined, Map<unknown, Check>>();

function passes(instance: object, group: string | undefined): boolean {
  let checks = COMPILED.get(group);
  if (!checks) {
    checks = new Map();
    COMPILED.set(group, checks);
  }
  let check = checks.get(instance.constructor);
  if (!check) {
    check = compile(instance.constructor, group);
    checks.set(instance.constructor, check);
  }
  return check(instance);
}

function compile(type: object, group: string | undefined): Check {
  const storage = getMetadataStorage();
  const groups = group === undefined ? undefined : [group];
  const rules = storage.getTargetValidationMetadatas(type as () => void, '', group !== undefined, false, groups);
  if (rules.length === 0) return () => false;
  const byField = Map.groupBy(rules, ({ propertyName }) => propertyName);
  const fields = [...byField].map(([name, rulesOfField]) => compileField(name, rulesOfField, group));
  return (instance) => {
    for (const key of Object.keys(instance)) if (!byField.has(key)) return false;
    for (const field of fields) if (!field(instance as Record<string, unknown>)) return false;
    return true;
  };
}

function compileField(name: string, rules: RuleSet, group: string | undefined): FieldCheck {
  const conditions = rules
    .filter(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION)
    .map(({ constraints }) => constraints[0] as (owner: object, value: unknown) => boolean);
  const checks = rules.filter(({ constraintCls }) => constraintCls !== undefined).flatMap(compileRule);
  const nested = rules.some(({ type }) => type === ValidationTypes.NESTED_VALIDATION);
  return (owner) => {
    const value = owner[name];
    for (const applies of conditions) if (!applies(owner, value)) return true;
    for (const check of checks) if (!check(owner, value)) return false;
    return !nested || value === undefined || passesNested(value, group);
  };
}

function compileRule(rule: Rule): ((owner: object, value: unknown) => boolean)[] {
  return getMetadataStorage()
    .getTargetValidatorConstraints(rule.constraintCls)
    .map(({ instance }) => {
      const args = { property: rule.propertyName, constraints: rule.constraints, targetName: '' };
      const accepts = (owner: object, value: unknown, given: unknown) => {
        // What is no plain `true` (a promise, say) is left to class-validator.
        return (
          instance.validate(value, { ...args, object: owner, value: given } satisfies ValidationArguments) === true
        );
      };
      return (owner: object, value: unknown) => {
        if (rule.validateIf && !rule.validateIf(owner, value)) return true;
        return rule.each && Array.isArray(value)
          ? value.every((entry) => accepts(owner, entry, value))
          : accepts(owner, value, value);
      };
    });
}

function passesNested(value: unknown, group: string | undefined): boolean {
  if (Array.isArray(value))
    return value.every((entry) => isObject(entry) && !Array.isArray(entry) && passes(entry, group));
  return isObject(value) && passes(value, group);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
