import { WecomRefusal } from '../errcodes.ts';
import type { Member } from '../state/corp.ts';
import type { VisibleSet } from '../state/visible-range.ts';
import type { JsonObject, MessageFields } from './message-fields.ts';

const maxUsers = 1000;
const maxParties = 100;
const maxTags = 100;

export interface RecipientNames {
  everyone: boolean;
  userIds: string[];
  partyIds: string[];
  tagIds: string[];
}

export interface Recipients {
  members: Member[];
  invalidUsers: string[];
  invalidParties: string[];
  invalidTags: string[];
  /** Named in touser, visible, without a licence. */
  unlicensedUsers: string[];
  /** Reached through a department, a tag or `@all` and dropped without a word. */
  silentlyUnlicensed: number;
  /** At least one name was valid, whoever stands behind it. */
  someValid: boolean;
}

/** touser, toparty and totag: strings joined with `|` (d:90372). */
export function readRecipientNames(body: JsonObject, fields: MessageFields): RecipientNames {
  const names = {
    everyone: fields.text(body, 'touser')?.trim() === '@all',
    userIds: splitIds(fields.text(body, 'touser')),
    partyIds: splitIds(fields.text(body, 'toparty')),
    tagIds: splitIds(fields.text(body, 'totag')),
  };
  if (names.everyone) return { everyone: true, userIds: [], partyIds: [], tagIds: [] };
  if (names.userIds.length + names.partyIds.length + names.tagIds.length === 0) throw new WecomRefusal(82001);
  if (names.userIds.length > maxUsers) throw new WecomRefusal(40032, `touser exceed max size ${maxUsers}`);
  if (names.partyIds.length > maxParties) throw new WecomRefusal(82002, `toparty exceed max size ${maxParties}`);
  if (names.tagIds.length > maxTags) throw new WecomRefusal(82003, `totag exceed max size ${maxTags}`);
  return names;
}

/** Finds the members behind the names: inside the visible range, and with a base licence (d:95652). */
export function resolveRecipients(names: RecipientNames, visible: VisibleSet): Recipients {
  const { corp } = visible;
  const found: Recipients = {
    members: [],
    invalidUsers: [],
    invalidParties: [],
    invalidTags: [],
    unlicensedUsers: [],
    silentlyUnlicensed: 0,
    someValid: names.everyone,
  };
  const taken = new Set<Member>();
  for (const userId of names.userIds) {
    const member = corp.member(userId);
    if (member === undefined || !visible.sees(member)) found.invalidUsers.push(userId);
    else if (!taken.has(member)) {
      taken.add(member);
      if (member.licensed) found.members.push(member);
      else found.unlicensedUsers.push(userId);
    }
  }
  const reach = (members: Member[]) => {
    found.someValid = true;
    for (const member of members) {
      if (taken.has(member) || !visible.sees(member)) continue;
      taken.add(member);
      if (member.licensed) found.members.push(member);
      else found.silentlyUnlicensed++;
    }
  };
  for (const id of names.partyIds) {
    if (/^\d+$/.test(id) && visible.seesDepartment(Number(id))) reach(corp.membersBelow(Number(id)));
    else found.invalidParties.push(id);
  }
  for (const id of names.tagIds) {
    const known = /^\d+$/.test(id) && corp.tag(Number(id)) !== undefined;
    if (known && visible.seesTag(Number(id))) reach(corp.membersOfTag(Number(id)));
    else found.invalidTags.push(id);
  }
  if (names.everyone) reach(visible.members());
  found.someValid ||= found.members.length > 0;
  return found;
}

function splitIds(joined: string | undefined): string[] {
  if (joined === undefined) return [];
  return joined
    .split('|')
    .map((id) => id.trim())
    .filter((id) => id !== '');
}
