import { strictFaults } from '../platform/http/compiled-rules.js';
import type { ProblemField } from '../platform/http/domain-error.js';
import { shapeOf } from '../platform/http/given.js';
import { problemFieldsOf, ValidationFailed } from '../platform/http/validation-problem.js';
import { instanceOf } from './body-instance.js';
import { SEND_PAGE } from './message-types/field-rules.js';
import type { Findings, MessageType, SuiteRules, Warning } from './message-types/message-type.js';
import { MESSAGE_TYPES, messageType } from './message-types/message-types.js';
import { readingFor } from './message-types/reading.js';
import { type Recipients, readRecipients } from './recipients.js';
import { SendNoticeEnvelope, type SendOptions } from './send-notice.schemas.js';

/** A notice that may be accepted: everything about it has been checked. */
export interface ReadNotice {
  readonly type: MessageType;
  readonly message: object;
  readonly recipients: Recipients;
  readonly translateIds: boolean;
  readonly safe: number;
  readonly options: SendOptions;
  readonly warnings: readonly Warning[];
}

/** Fields of official examples that the platform decides itself (reliability.md §2.3). */
const OURS_TO_SET = ['agentid', 'enable_duplicate_check', 'duplicate_check_interval'] as const;

/**
 * Reads a request body as WeCom's documents write it. Reports every fault at once.
 * @throws ValidationFailed
 */
export function readNotice(body: unknown, suite: SuiteRules): ReadNotice {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ValidationFailed([{ field: 'body', rule: 'object', message: 'must be a JSON object' }]);
  }
  const given = body as Record<string, unknown>;
  const findings: Findings = { errors: [], warnings: [] };
  const type = messageType(given.msgtype);
  const name = String(given.msgtype);

  const envelope = instanceOf(SendNoticeEnvelope, given, '', findings, name);
  findings.errors.push(...problemFieldsOf(strictFaults(envelope)));
  warnOfFieldsWeSet(envelope, findings);
  refuseTwoExpiries(envelope.options, findings);
  // From what was given: an id from which something was removed would be somebody else's.
  const recipients = readRecipients(given, type ?? { everyone: true, msgtype: 'this type' }, findings);

  if (!type) {
    findings.errors.push(unknownType(given.msgtype));
    throw new ValidationFailed(findings.errors);
  }
  const translateIds = envelope.enable_id_trans === 1;
  refuseMissingFeatures(type, envelope, findings);
  const instance = readMessage(type, given[name], suite, translateIds, findings);
  if (findings.errors.length > 0) throw new ValidationFailed(findings.errors);
  return {
    type,
    message: instance,
    recipients,
    translateIds,
    safe: envelope.safe ?? 0,
    options: envelope.options ?? {},
    warnings: findings.warnings,
  };
}

function readMessage(type: MessageType, given: unknown, suite: SuiteRules, names: boolean, findings: Findings): object {
  const path = type.msgtype;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    findings.errors.push({
      field: path,
      rule: 'object',
      message: 'must hold the message as an object',
      doc: SEND_PAGE,
    });
    return {};
  }
  const instance = instanceOf(type.body, given, path, findings);
  const completed: Findings = { errors: [], warnings: [] };
  type.complete?.(instance, suite, completed);
  findings.errors.push(...completed.errors.map(within(path)));
  findings.warnings.push(...completed.warnings.map(within(path)));

  // Strict first, whatever the mode: it passes almost always, and what it finds are the warnings of a lenient suite.
  const strict = faults(instance, path, 'strict', names);
  if (suite.lengthMode === 'strict' || strict.length === 0) {
    findings.errors.push(...strict);
  } else {
    const lenient = faults(instance, path, 'lenient', names);
    const refused = new Set(lenient.map(({ field, rule }) => `${field} ${rule}`));
    findings.errors.push(...lenient);
    findings.warnings.push(...strict.filter(({ field, rule }) => !refused.has(`${field} ${rule}`)));
  }
  return instance;
}

function faults(instance: object, path: string, mode: 'strict' | 'lenient', names: boolean): ProblemField[] {
  return problemFieldsOf(strictFaults(instance, readingFor(mode, names)), path);
}

function unknownType(given: unknown): ProblemField {
  const names = MESSAGE_TYPES.map(({ msgtype }) => msgtype).join(', ');
  return {
    field: 'msgtype',
    rule: 'one_of',
    message: `must be one of: ${names}`,
    limit: names,
    given: typeof given === 'string' && /^\w{1,32}$/.test(given) ? given : shapeOf(given),
    doc: SEND_PAGE,
  };
}

function within(path: string): (problem: ProblemField) => ProblemField {
  return (problem) => ({ ...problem, field: `${path}.${problem.field}` });
}

function warnOfFieldsWeSet(envelope: SendNoticeEnvelope, { warnings }: Findings): void {
  for (const field of OURS_TO_SET) {
    if (envelope[field] !== undefined) warnings.push({ field, rule: 'ignored', message: 'is set by the platform' });
  }
}

function refuseTwoExpiries(options: SendOptions | undefined, { errors }: Findings): void {
  if (options?.expires_at !== undefined && options.expires_in_seconds !== undefined) {
    errors.push({
      field: 'options.expires_at',
      rule: 'one_expiry',
      message: 'give expires_at or expires_in_seconds, not both',
    });
  }
}

/** 0 is what a type without the field does anyway, so it is only worth a warning; 1 would be a promise we cannot keep. */
function refuseMissingFeatures(type: MessageType, envelope: SendNoticeEnvelope, { errors, warnings }: Findings): void {
  const missing: string[] = [];
  if (envelope.safe !== undefined && type.safe.length === 0) missing.push('safe');
  if (envelope.enable_id_trans !== undefined && !type.idTranslation) missing.push('enable_id_trans');
  for (const field of missing as ('safe' | 'enable_id_trans')[]) {
    const value = envelope[field] ?? 0;
    const problem = {
      field,
      rule: 'not_supported',
      message: `is not a field of ${type.msgtype}`,
      given: value,
      doc: SEND_PAGE,
    };
    if (value === 0) warnings.push(problem);
    else errors.push(problem);
  }
  const isKnown = envelope.safe === 1 || envelope.safe === 2;
  if (type.safe.length > 0 && isKnown && !type.safe.includes(Number(envelope.safe))) {
    errors.push({
      field: 'safe',
      rule: 'one_of',
      message: `must be one of: ${[0, ...type.safe].join(', ')}`,
      limit: [0, ...type.safe].join(', '),
      given: envelope.safe,
      doc: SEND_PAGE,
    });
  }
}
