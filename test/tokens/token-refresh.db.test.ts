import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DomainError } from '../../src/modules/platform/http/domain-error.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { ScriptedWecom } from '../wecom/scripted-wecom.js';
import { elapse, Grants, registerSuite, SUITE_ID, TokenServer, tokensOn } from './tokens-bench.js';

describe('the token refresh schedule', () => {
  let test: TestDatabase;
  let wecomUrl: string;
  let server: TokenServer;
  const wecom = new ScriptedWecom();
  let corps = 0;

  async function authorize(state = 'active', generation = 1): Promise<string> {
    const corpId = `wpCorp${++corps}`;
    await test.everything(
      `INSERT INTO authorizations (corp_id, suite_id, generation, state, permanent_code_sealed, installed_via)
       VALUES ($1, $2, $3, $4, '\\x00', 'redirect')`,
      [corpId, SUITE_ID, generation, state],
    );
    return corpId;
  }

  async function row(corpId: string) {
    const [found] = await test.everything<{ version: number; generation: number; lives: boolean; planned: boolean }>(
      `SELECT version, generation, expires_at > now() AS lives, refresh_at IS NOT NULL AS planned
       FROM tokens WHERE corp_id = $1`,
      [corpId],
    );
    return found;
  }

  beforeAll(async () => {
    Logger.overrideLogger(false);
    test = await createTestDatabase();
    wecomUrl = await wecom.start();
    await registerSuite(test);
  });
  beforeEach(async () => {
    server = new TokenServer(wecom);
    await test.everything(`DELETE FROM tokens WHERE kind = 'corp'`);
    await test.everything('DELETE FROM authorizations');
  });
  afterAll(async () => {
    await wecom.stop();
    await test.drop();
  });

  it('fetches nothing for an authorization that is not active', async () => {
    const corpIds = [
      await authorize('cancelled'),
      await authorize('needs_reauthorization'),
      await authorize('pending'),
    ];
    await tokensOn(test, wecomUrl).schedule.tick();
    expect(server.fetched).toEqual([]);
    expect(await Promise.all(corpIds.map(row))).toEqual([undefined, undefined, undefined]);
  });

  it('has a refused authorization verified, and lets it rest', async () => {
    const corpId = await authorize();
    server.refuse = () => 40084;
    const grants = new Grants();
    const { schedule } = tokensOn(test, wecomUrl, grants);
    for (let tick = 0; tick < 7; tick++) await schedule.tick();
    expect(grants.pulled).toEqual([corpId]);
    expect(server.countOf(corpId)).toBe(1);
  });

  it('gives up an authorization that ended after its token was planned', async () => {
    const corpId = await authorize();
    const { missing } = tokensOn(test, wecomUrl);
    await missing.plan(10);
    await test.everything(`UPDATE authorizations SET state = 'cancelled'`);
    const grants = new Grants();
    grants.refuse = new DomainError({ code: 'authorization_not_active', status: 409, title: 'cancelled' });
    await tokensOn(test, wecomUrl, grants).schedule.tick();
    expect(await row(corpId)).toMatchObject({ planned: false });
    expect(server.fetched).toEqual([]);
  });

  it('survives a tick that fails, and says so', async () => {
    const { schedule, leasedTokens } = tokensOn(test, wecomUrl);
    const corpId = await authorize();
    const claimDue = leasedTokens.claimDue.bind(leasedTokens);
    leasedTokens.claimDue = async () => {
      throw new Error('database away');
    };
    await schedule.tick();
    leasedTokens.claimDue = claimDue;
    await schedule.tick();
    expect(server.countOf(corpId)).toBe(1);
  });

  it('fetches the first token of a new authorization without being asked', async () => {
    const corpId = await authorize();
    await tokensOn(test, wecomUrl).schedule.tick();
    expect(await row(corpId)).toMatchObject({ version: 1, lives: true, planned: true });
  });

  it('starts over with a new generation', async () => {
    const corpId = await authorize();
    await tokensOn(test, wecomUrl).schedule.tick();
    await test.everything('UPDATE authorizations SET generation = 2');
    const grants = new Grants();
    grants.generation = 2;
    await tokensOn(test, wecomUrl, grants).schedule.tick();
    expect(await row(corpId)).toMatchObject({ generation: 2, lives: true });
    expect(server.countOf(corpId)).toBe(2);
  });

  it('refreshes 20 to 30 minutes ahead, once, while the old token is served', async () => {
    const corpId = await authorize();
    const { schedule } = tokensOn(test, wecomUrl);
    await schedule.tick();
    await elapse(test, corpId, '89 minutes');
    await schedule.tick();
    expect(server.countOf(corpId)).toBe(1);

    await elapse(test, corpId, '12 minutes');
    const gate = Promise.withResolvers<void>();
    server.holdBack = gate.promise;
    const ticking = schedule.tick();
    await until(() => server.countOf(corpId) === 2);
    const { corpTokens } = tokensOn(test, wecomUrl);
    expect((await corpTokens.tokenFor({ corpId, suiteId: SUITE_ID })).token.reveal()).toBe(`${corpId}-1`);
    gate.resolve();
    await ticking;
    const after = tokensOn(test, wecomUrl).corpTokens;
    expect((await after.tokenFor({ corpId, suiteId: SUITE_ID })).token.reveal()).toBe(`${corpId}-2`);
    await schedule.tick();
    expect(server.countOf(corpId)).toBe(2);
  });

  it('refreshes each token once when four instances tick together', async () => {
    const corpIds: string[] = [];
    for (let n = 0; n < 60; n++) corpIds.push(await authorize());
    const instances = Array.from({ length: 4 }, () => tokensOn(test, wecomUrl).schedule);
    const done = async () => new Set(server.fetched).size === corpIds.length;
    while (!(await done())) await Promise.all(instances.map((schedule) => schedule.tick()));
    await Promise.all(instances.map((schedule) => schedule.tick()));
    expect([...server.fetched].sort()).toEqual([...corpIds].sort());
  });

  it('asks for at most 20 tokens a tick', async () => {
    for (let n = 0; n < 30; n++) await authorize();
    const { schedule } = tokensOn(test, wecomUrl);
    await schedule.tick();
    expect(server.fetched).toHaveLength(20);
  });

  it('skips a tick while the one before still runs, and drains it when the module is destroyed', async () => {
    const corpId = await authorize();
    const { schedule, missing } = tokensOn(test, wecomUrl);
    const gate = Promise.withResolvers<void>();
    server.holdBack = gate.promise;
    const first = schedule.tick();
    await until(() => server.countOf(corpId) === 1);
    await authorize();
    await missing.plan(10);
    void schedule.tick();
    await schedule.tick();
    const destroyed = schedule.onModuleDestroy();
    gate.resolve();
    await Promise.all([first, destroyed]);
    expect(await row(corpId)).toMatchObject({ lives: true });
    await schedule.tick();
    expect(server.fetched).toEqual([corpId]);
  });
});
