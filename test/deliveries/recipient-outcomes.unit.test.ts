import { describe, expect, it } from '@jest/globals';
import { recipientOutcomes } from '../../src/modules/deliveries/recipient-outcomes.js';

const body = (fields: object) => Buffer.from(JSON.stringify({ msgtype: 'text', ...fields }));

describe('the outcome of each recipient', () => {
  it('finds the case-sensitive id behind an answer in lower case', () => {
    expect(recipientOutcomes(body({ touser: 'woAbC|woDeF' }), 'partial', { invalidUsers: ['woabc'] })).toEqual([
      { kind: 'user', id: 'woAbC', state: 'invalid' },
      { kind: 'user', id: 'woDeF', state: 'accepted' },
    ]);
  });

  it('prefers the exact id where two differ in case only', () => {
    const outcomes = recipientOutcomes(body({ touser: 'woab|woAB' }), 'partial', { invalidUsers: ['woAB'] });
    expect(outcomes.map((outcome) => outcome.state)).toEqual(['accepted', 'invalid']);
  });

  it('says unknown where the answer could mean either of two ids', () => {
    const outcomes = recipientOutcomes(body({ touser: 'woAb|woaB|woC' }), 'partial', { invalidUsers: ['woab'] });
    expect(outcomes.map((outcome) => outcome.state)).toEqual(['unknown', 'unknown', 'accepted']);
  });

  it('ignores an id nobody asked for', () => {
    expect(recipientOutcomes(body({ touser: 'a' }), 'partial', { invalidUsers: ['stranger'] })).toEqual([
      { kind: 'user', id: 'a', state: 'accepted' },
    ]);
  });

  it('keeps users, parties and tags apart', () => {
    const refused = { invalidParties: ['2'], invalidTags: ['2'] };
    expect(recipientOutcomes(body({ touser: '2', toparty: '1|2', totag: '2' }), 'partial', refused)).toEqual([
      { kind: 'user', id: '2', state: 'accepted' },
      { kind: 'party', id: '1', state: 'accepted' },
      { kind: 'party', id: '2', state: 'invalid' },
      { kind: 'tag', id: '2', state: 'invalid' },
    ]);
  });

  it('says which are unlicensed', () => {
    const outcomes = recipientOutcomes(body({ touser: 'a|b' }), 'partial', { unlicensedUsers: ['b'] });
    expect(outcomes.map((outcome) => outcome.state)).toEqual(['accepted', 'unlicensed']);
  });

  it('leaves everybody pending while the delivery is on its way', () => {
    expect(recipientOutcomes(body({ touser: 'a' }), 'sending', null)[0]?.state).toBe('pending');
  });
});
