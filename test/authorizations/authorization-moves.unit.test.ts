import { describe, expect, it } from '@jest/globals';
import { AUTHORIZATION_MOVES, isAllowedMove } from '../../src/modules/authorizations/authorization-moves.js';
import type { AuthorizationState } from '../../src/modules/authorizations/authorizations.types.js';

const states = Object.keys(AUTHORIZATION_MOVES) as AuthorizationState[];

describe('the table of moves', () => {
  it('lets nothing but a new auth code bring a cancelled authorization back', () => {
    expect(AUTHORIZATION_MOVES.cancelled).toEqual({ active: ['auth_code_exchanged'] });
  });

  it('never leads back to pending', () => {
    for (const from of states) expect(AUTHORIZATION_MOVES[from].pending).toBeUndefined();
  });

  it('lets a cancellation end every state, and a refused business call none', () => {
    for (const from of states.filter((state) => state !== 'cancelled')) {
      expect(isAllowedMove(from, 'cancelled', 'cancel_event')).toBe(true);
      expect(isAllowedMove(from, 'cancelled', 'errcode')).toBe(false);
    }
  });

  it('lets an exchanged auth code make every state active', () => {
    for (const from of states.filter((state) => state !== 'active')) {
      expect(isAllowedMove(from, 'active', 'auth_code_exchanged')).toBe(true);
    }
  });
});
