import { shapeOf } from '../platform/http/given.js';
import { SEND_PAGE } from './message-types/field-rules.js';
import type { Findings } from './message-types/message-type.js';

/** Limits of one message/send call (d:90372); more users become more calls. */
const USERS_PER_CALL = 1000;
const PARTIES_PER_CALL = 100;
const TAGS_PER_CALL = 100;
const MAX_USERS = 100_000;
const MAX_ID_BYTES = 64;
const EVERYONE = '@all';

/** Whom a notice is for. Ids are kept exactly as given: encrypted ids are case-sensitive (d:96516). */
export interface Recipients {
  /** Every member who can see the app; parties and tags are then ignored by WeCom, so there are none. */
  readonly everyone: boolean;
  readonly users: readonly string[];
  readonly parties: readonly string[];
  readonly tags: readonly string[];
}

/** Who gets one call. */
export type CallRecipients = Recipients & { readonly count: number };

interface Given {
  readonly touser?: unknown;
  readonly toparty?: unknown;
  readonly totag?: unknown;
}

/** Reads WeCom's three fields: ids joined by `|`, with or without blanks; a list of ids is taken too. */
export function readRecipients(
  given: Given,
  type: { everyone: boolean; msgtype: string },
  findings: Findings,
): Recipients {
  const users = readIds('touser', given.touser, MAX_USERS, findings);
  const parties = readIds('toparty', given.toparty, PARTIES_PER_CALL, findings);
  const tags = readIds('totag', given.totag, TAGS_PER_CALL, findings);
  const everyone = users.includes(EVERYONE);
  if (everyone) {
    refuseMixedEveryone(users, parties.length + tags.length, findings);
    if (!type.everyone) {
      findings.errors.push({
        field: 'touser',
        rule: 'everyone_not_supported',
        message: `@all is not possible for ${type.msgtype}`,
        given: EVERYONE,
        doc: SEND_PAGE,
      });
    }
    return { everyone, users: [], parties: [], tags: [] };
  }
  const errors = findings.errors.some(({ field }) => /^to(user|party|tag)/.test(field));
  if (!errors && users.length + parties.length + tags.length === 0) {
    findings.errors.push({
      field: 'touser',
      rule: 'required',
      message: 'name at least one member in touser, party in toparty or tag in totag',
      given: 'nothing',
      doc: SEND_PAGE,
    });
  }
  return { everyone, users, parties, tags };
}

/** The fewest calls that reach all of them; parties and tags go with the first. */
export function splitIntoCalls({ everyone, users, parties, tags }: Recipients): CallRecipients[] {
  if (everyone) return [{ everyone, users, parties, tags, count: 1 }];
  const calls: CallRecipients[] = [];
  for (let first = 0; first === 0 || first < users.length; first += USERS_PER_CALL) {
    const part = users.slice(first, first + USERS_PER_CALL);
    const others = first === 0 ? { parties, tags } : { parties: [], tags: [] };
    calls.push({ everyone, users: part, ...others, count: part.length + others.parties.length + others.tags.length });
  }
  return calls;
}

/** The three fields as they are sent: no blanks around the separators. */
export function recipientFields({ everyone, users, parties, tags }: Recipients) {
  if (everyone) return { touser: EVERYONE };
  return {
    touser: users.length > 0 ? users.join('|') : undefined,
    toparty: parties.length > 0 ? parties.join('|') : undefined,
    totag: tags.length > 0 ? tags.join('|') : undefined,
  };
}

function refuseMixedEveryone(users: readonly string[], others: number, { errors, warnings }: Findings): void {
  if (users.length > 1) {
    errors.push({
      field: 'touser',
      rule: 'everyone_alone',
      message: '@all already means every member: name nobody beside it',
      given: users.length,
      doc: SEND_PAGE,
    });
  }
  if (others > 0) {
    warnings.push({
      field: 'touser',
      rule: 'everyone_alone',
      message: 'toparty and totag are ignored beside @all',
      given: others,
      doc: SEND_PAGE,
    });
  }
}

function readIds(field: keyof Given, value: unknown, limit: number, { errors }: Findings): string[] {
  const listed = listOf(value);
  if (listed === undefined) {
    errors.push({
      field,
      rule: 'ids',
      message: 'must be ids joined by | in one text, or a list of ids',
      given: shapeOf(value),
      doc: SEND_PAGE,
    });
    return [];
  }
  const ids = [...new Set(listed.map((id) => id.trim()).filter((id) => id !== ''))];
  if (ids.length > limit) {
    errors.push({
      field,
      rule: 'max_items',
      message: `must not name more than ${limit}`,
      limit,
      given: ids.length,
      doc: SEND_PAGE,
    });
    return [];
  }
  const bad = ids.findIndex((id) => !isId(id));
  if (bad >= 0) {
    errors.push({
      field,
      rule: 'id',
      message: `entry ${bad + 1} is not an id: at most ${MAX_ID_BYTES} bytes, without blanks, | or control characters`,
      limit: MAX_ID_BYTES,
      given: shapeOf(ids[bad]),
      doc: 'd:90332',
    });
    return [];
  }
  return ids;
}

function listOf(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return value.split('|');
  if (!Array.isArray(value)) return undefined;
  const ids = value.map((id) => (Number.isSafeInteger(id) ? String(id) : id));
  return ids.every((id) => typeof id === 'string') ? ids : undefined;
}

function isId(id: string): boolean {
  return Buffer.byteLength(id) <= MAX_ID_BYTES && id.isWellFormed() && !/[\s|\p{Cc}]/u.test(id);
}
