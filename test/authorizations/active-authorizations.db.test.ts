import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ActiveAuthorizations } from '../../src/modules/authorizations/active-authorizations.js';
import { AuthorizationsRepository } from '../../src/modules/authorizations/authorizations.repository.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const key = (corpId: string) => ({ corpId, suiteId: 'ww1' });

describe('the facts every notice needs', () => {
  let test: TestDatabase;
  let active: ActiveAuthorizations;

  beforeAll(async () => {
    test = await createTestDatabase();
    await test.everything(`
      INSERT INTO providers (provider_corp_id, name) VALUES ('wwp', 'p');
      INSERT INTO suites (suite_id, provider_corp_id, kind, name, secret_sealed, callback_token_sealed, encoding_aes_key_sealed)
      VALUES ('ww1', 'wwp', 'third_party', 's', '\\x', '\\x', '\\x');
      INSERT INTO authorizations (corp_id, suite_id, state, agent_id, installed_via)
      SELECT 'wp' || n, 'ww1', 'active', 1000000 + n, 'event' FROM generate_series(1, 600) n`);
  });
  afterAll(() => test.drop());
  beforeEach(() => {
    active = new ActiveAuthorizations(test.db, new AuthorizationsRepository());
  });

  it('are nothing for a corp that never authorised the suite', async () => {
    expect(await active.get(key('wpNobody'))).toBeNull();
    expect(await active.get({ corpId: 'wp1', suiteId: 'wwOther' })).toBeNull();
  });

  it('belong to the corp that was asked for, however many are asked for at once', async () => {
    const corpIds = Array.from({ length: 600 }, (_, index) => `wp${index + 1}`);
    const answers = await Promise.all(corpIds.map((corpId) => active.get(key(corpId))));
    expect(answers.map((answer) => answer?.corpId)).toEqual(corpIds);
    expect(answers[41]).toEqual({
      corpId: 'wp42',
      suiteId: 'ww1',
      state: 'active',
      agentId: 1_000_042,
      generation: 1,
      isCustomized: false,
      corpName: undefined,
    });
  });

  it('come from memory while they are fresh, and from the database once this process has changed them', async () => {
    await active.get(key('wp7'));
    await test.everything(`UPDATE authorizations SET state = 'disabled' WHERE corp_id = 'wp7'`);
    expect((await active.get(key('wp7')))?.state).toBe('active');
    active.forget(key('wp7'));
    expect((await active.get(key('wp7')))?.state).toBe('disabled');
  });

  it('are not kept when they were changed while they were being read', async () => {
    const reading = active.get(key('wp8'));
    active.forget(key('wp8'));
    await reading;
    await test.everything(`UPDATE authorizations SET state = 'disabled' WHERE corp_id = 'wp8'`);
    expect((await active.get(key('wp8')))?.state).toBe('disabled');
  });

  it('are refused, and asked for again, when the database cannot be read', async () => {
    await test.everything('ALTER TABLE authorizations RENAME TO away');
    await expect(active.get(key('wp9'))).rejects.toThrow();
    await test.everything('ALTER TABLE away RENAME TO authorizations');
    expect((await active.get(key('wp9')))?.state).toBe('active');
  });
});
