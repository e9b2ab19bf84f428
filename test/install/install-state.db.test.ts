import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InstallState } from '../../src/modules/install/install-state.js';
import { Database } from '../../src/modules/platform/database/database.js';
import { PlatformSecrets } from '../../src/modules/platform/secrets/platform-secrets.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testSecretBox } from '../support/keyring.js';

let database: TestDatabase;
let states: InstallState;
let secrets: PlatformSecrets;

beforeAll(async () => {
  database = await createTestDatabase();
  secrets = new PlatformSecrets(database.db, testSecretBox(database.db));
  states = new InstallState(secrets, database.db);
});
afterAll(() => database.drop());

/** The same platform, so many seconds later. */
function later(seconds: number): InstallState {
  const clock = {
    rows: async () => [{ now: String(Math.floor(Date.now() / 1000) + seconds) }],
  } as unknown as Database;
  return new InstallState(secrets, clock);
}

describe('the state of an installation', () => {
  it('ends half an hour after it was issued', async () => {
    const browser = states.newBrowser();
    const state = await states.issue('wwsuite', browser, 'zh');
    expect(await later(1_700).verify(state, 'wwsuite', browser)).toEqual({ valid: true, language: 'zh' });
    expect(await later(1_900).verify(state, 'wwsuite', browser)).toEqual({ valid: false });
  });

  it('belongs to one suite and one browser', async () => {
    const browser = states.newBrowser();
    const state = await states.issue('wwsuite', browser, 'en');
    expect(await states.verify(state, 'wwsuite', browser)).toEqual({ valid: true, language: 'en' });
    expect(await states.verify(state, 'wwother', browser)).toEqual({ valid: false });
    expect(await states.verify(state, 'wwsuite', states.newBrowser())).toEqual({ valid: false });
    expect(await states.verify(state, 'wwsuite', undefined)).toEqual({ valid: false });
    expect(await states.verify(state, 'wwsuite', 'short')).toEqual({ valid: false });
  });

  it('cannot be prolonged or put into another language', async () => {
    const browser = states.newBrowser();
    const state = await states.issue('wwsuite', browser, 'zh');
    expect(await states.verify(`e${state.slice(1)}`, 'wwsuite', browser)).toEqual({ valid: false });
    expect(await states.verify(`${state[0]}zzzzzzzz${state.slice(9)}`, 'wwsuite', browser)).toEqual({ valid: false });
  });

  it('is letters and digits only, and never the same twice', async () => {
    const browser = states.newBrowser();
    const two = await Promise.all([states.issue('s', browser, 'zh'), states.issue('s', browser, 'zh')]);
    expect(new Set(two).size).toBe(2);
    for (const state of two) expect(state).toMatch(/^[A-Za-z0-9]{1,128}$/);
  });

  it('is understood by every instance', async () => {
    const browser = states.newBrowser();
    const state = await states.issue('wwsuite', browser, 'zh');
    const other = new InstallState(new PlatformSecrets(database.db, testSecretBox(database.db)), database.db);
    expect(await other.verify(state, 'wwsuite', browser)).toMatchObject({ valid: true });
  });
});
