import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Findings } from '../../src/modules/notices/message-types/message-type.js';
import { readRecipients, recipientFields, splitIntoCalls } from '../../src/modules/notices/recipients.js';

const TEXT = { everyone: true, msgtype: 'text' };
const NOTICE = { everyone: false, msgtype: 'miniprogram_notice' };

function read(given: object, type = TEXT) {
  const findings: Findings = { errors: [], warnings: [] };
  return { recipients: readRecipients(given, type, findings), ...findings };
}

const rulesOf = (given: object, type = TEXT) => read(given, type).errors.map(({ field, rule }) => `${field} ${rule}`);

describe('recipients', () => {
  it.each([
    ['none', {}, ['touser required']],
    ['only separators', { touser: ' | |', toparty: '' }, ['touser required']],
    ['null', { touser: null, totag: null }, ['touser required']],
    ['a number', { touser: 7 }, ['touser ids']],
    ['an object', { toparty: {} }, ['toparty ids']],
    ['a list with an object', { totag: ['1', {}] }, ['totag ids']],
    ['an id with a blank', { touser: 'a|b c' }, ['touser id']],
    ['an id with a line feed', { touser: 'a\nb' }, ['touser id']],
    ['an id with a broken surrogate', { touser: 'a\ud800' }, ['touser id']],
    ['an id in a list that holds a separator', { touser: ['a|b'] }, ['touser id']],
    ['an id of 65 bytes', { touser: 'a'.repeat(65) }, ['touser id']],
    ['101 parties', { toparty: Array.from({ length: 101 }, (_, n) => n + 1) }, ['toparty max_items']],
    ['101 tags', { totag: Array.from({ length: 101 }, (_, n) => `${n}`).join('|') }, ['totag max_items']],
    ['everyone and somebody', { touser: '@all|a' }, ['touser everyone_alone']],
  ])('are refused when there are %s', (_, given, rules) => {
    expect(rulesOf(given)).toEqual(rules);
  });

  it('cannot be everyone for a mini program notice', () => {
    expect(rulesOf({ touser: '@all' }, NOTICE)).toEqual(['touser everyone_not_supported']);
    expect(rulesOf({ touser: '@all' })).toEqual([]);
  });

  it('are taken as official samples print them, with blanks around the separators', () => {
    const { recipients } = read({
      touser: 'UserID1|UserID2|UserID3',
      toparty: 'PartyID1 | PartyID2',
      totag: 'TagID1 | TagID2',
    });
    expect(recipientFields(recipients)).toEqual({
      touser: 'UserID1|UserID2|UserID3',
      toparty: 'PartyID1|PartyID2',
      totag: 'TagID1|TagID2',
    });
  });

  it('are never folded: encrypted ids that differ in case are two members', () => {
    expect(read({ touser: ['woAb', 'woAB', 'woAb'] }).recipients.users).toEqual(['woAb', 'woAB']);
  });

  it('are everyone alone, with a warning when parties were named beside it', () => {
    const { recipients, warnings } = read({ touser: '@all', toparty: '1' });
    expect(recipientFields(recipients)).toEqual({ touser: '@all' });
    expect(warnings).toMatchObject([{ field: 'touser', rule: 'everyone_alone' }]);
    expect(splitIntoCalls(recipients)).toHaveLength(1);
  });

  it('of any number go in the fewest calls, each in one call, parties and tags in the first', () => {
    fc.assert(
      fc.property(fc.nat(3500), fc.nat(100), fc.nat(100), (users, parties, tags) => {
        fc.pre(users + parties + tags > 0);
        const named = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);
        const given = { touser: named('u', users), toparty: named('p', parties), totag: named('t', tags) };
        const { recipients, errors } = read(given);
        const calls = splitIntoCalls(recipients);
        expect(errors).toEqual([]);
        expect(calls).toHaveLength(Math.max(1, Math.ceil(users / 1000)));
        expect(calls.flatMap((call) => call.users)).toEqual(given.touser);
        expect(calls.every((call) => call.users.length <= 1000)).toBe(true);
        expect(calls.map((call) => call.parties.length + call.tags.length)).toEqual(
          calls.map((_, ordinal) => (ordinal === 0 ? parties + tags : 0)),
        );
        expect(calls.reduce((sum, { count }) => sum + count, 0)).toBe(users + parties + tags);
      }),
      { numRuns: 30 },
    );
  });
});
