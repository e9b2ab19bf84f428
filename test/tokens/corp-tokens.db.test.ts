import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DomainError } from '../../src/modules/platform/http/domain-error.js';
import type { Secret } from '../../src/modules/platform/secrets/secret.js';
import { AuthorizationRefused } from '../../src/modules/tokens/tokens.errors.js';
import { WecomApiError } from '../../src/modules/wecom/wecom.errors.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ScriptedWecom } from '../wecom/scripted-wecom.js';
import { elapse, Grants, registerSuite, SUITE_ID, TokenServer, tokensOn } from './tokens-bench.js';

describe('corp tokens', () => {
  let test: TestDatabase;
  let wecomUrl: string;
  let server: TokenServer;
  const wecom = new ScriptedWecom();
  let corps = 0;
  const nextCorp = () => ({ corpId: `wpCorp${++corps}`, suiteId: SUITE_ID });

  beforeAll(async () => {
    Logger.overrideLogger(false);
    test = await createTestDatabase();
    wecomUrl = await wecom.start();
    await registerSuite(test);
  });
  beforeEach(() => {
    wecom.requests.length = 0;
    server = new TokenServer(wecom);
  });
  afterAll(async () => {
    await wecom.stop();
    await test.drop();
  });

  describe('refusals', () => {
    it('gives no token for an authorization that is not active, though one still lives', async () => {
      const authorization = nextCorp();
      await tokensOn(test, wecomUrl).corpTokens.tokenFor(authorization);
      const grants = new Grants();
      grants.refuse = new DomainError({ code: 'authorization_not_active', status: 409, title: 'cancelled' });
      await expect(tokensOn(test, wecomUrl, grants).corpTokens.tokenFor(authorization)).rejects.toBe(grants.refuse);
    });

    it.each([40084, 48004])('says that the authorization is refused (%i), also while it rests', async (errcode) => {
      const authorization = nextCorp();
      server.refuse = () => errcode;
      const { corpTokens } = tokensOn(test, wecomUrl);
      for (let round = 0; round < 2; round++) {
        const error = await corpTokens.tokenFor(authorization).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(AuthorizationRefused);
        expect(error).toMatchObject({ refusedWith: errcode, errcode, status: 503 });
      }
      expect(server.countOf(authorization.corpId)).toBe(1);
    });

    it.each([40084, 40001])(
      'asks WeCom three times with a permanent code it refuses (%i), not once more',
      async (errcode) => {
        const authorization = nextCorp();
        server.refuse = (corpId) => (corpId === authorization.corpId ? errcode : undefined);
        for (let round = 0; round < 6; round++) {
          await expect(tokensOn(test, wecomUrl).corpTokens.tokenFor(authorization)).rejects.toMatchObject({ errcode });
          await elapse(test, authorization.corpId, '61 seconds');
        }
        expect(server.countOf(authorization.corpId)).toBe(3);
        await expect(tokensOn(test, wecomUrl).corpTokens.tokenFor(nextCorp())).resolves.toBeDefined();
      },
    );

    it('counts nothing against a corp when its suite has no token', async () => {
      const authorization = nextCorp();
      const live = nextCorp();
      const before = tokensOn(test, wecomUrl);
      await before.corpTokens.tokenFor(live);
      await test.everything(`UPDATE suite_tickets SET received_at = now() - interval '40 minutes'`);
      await test.everything(`UPDATE tokens SET expires_at = now() WHERE kind = 'suite'`);
      try {
        const { corpTokens } = tokensOn(test, wecomUrl);
        await expect(corpTokens.tokenFor(authorization)).rejects.toMatchObject({ reason: 'no_suite_ticket' });
        // A token that still lives goes on sending.
        expect((await corpTokens.tokenFor(live)).token.reveal()).toBe(`${live.corpId}-1`);
      } finally {
        await test.everything('UPDATE suite_tickets SET received_at = now()');
      }
      const [row] = await test.everything('SELECT 1 FROM tokens WHERE corp_id = $1 AND failures > 0', [
        authorization.corpId,
      ]);
      expect(row).toBeUndefined();
      await expect(tokensOn(test, wecomUrl).corpTokens.tokenFor(authorization)).resolves.toBeDefined();
    });
  });

  it('gets the token of a third-party app with the suite token and the permanent code', async () => {
    const authorization = nextCorp();
    const held = await tokensOn(test, wecomUrl).corpTokens.tokenFor(authorization);
    expect(held.token.reveal()).toBe(`${authorization.corpId}-1`);
    const request = wecom.requests.at(-1)!;
    expect(request.url.pathname).toBe('/cgi-bin/service/get_corp_token');
    expect(request.url.searchParams.get('suite_access_token')).toBe('suite-token');
    expect(JSON.parse(request.body)).toEqual({
      auth_corpid: authorization.corpId,
      permanent_code: `code-${authorization.corpId}`,
    });
  });

  it('gets the token of a customised app with the permanent code as secret, and without a suite token', async () => {
    const authorization = nextCorp();
    const grants = new Grants();
    grants.isCustomized = true;
    await tokensOn(test, wecomUrl, grants).corpTokens.tokenFor(authorization);
    expect(wecom.requests.map(({ url }) => url.pathname)).toEqual(['/cgi-bin/gettoken']);
    expect(wecom.requests[0]?.url.searchParams.get('corpsecret')).toBe(`code-${authorization.corpId}`);
  });

  it('reads the authorization once for 500 simultaneous callers, and nothing for the thousands that follow', async () => {
    const authorization = nextCorp();
    const { corpTokens, grants } = tokensOn(test, wecomUrl);
    await Promise.all(Array.from({ length: 500 }, () => corpTokens.tokenFor(authorization)));
    for (let call = 0; call < 5_000; call++) await corpTokens.tokenFor(authorization);
    expect(grants.asked).toBe(1);
    expect(server.countOf(authorization.corpId)).toBe(1);
  });

  it('reads the new generation when the corp was reinstalled meanwhile', async () => {
    const authorization = nextCorp();
    const newer = new Grants();
    newer.generation = 2;
    await tokensOn(test, wecomUrl, newer).corpTokens.tokenFor(authorization);
    const behind = new Grants();
    const read = behind.permanentCode.bind(behind);
    behind.permanentCode = async (corpId: string) => {
      const grant = await read(corpId);
      behind.generation = 2;
      return grant;
    };
    const held = await tokensOn(test, wecomUrl, behind).corpTokens.tokenFor(authorization);
    expect(held.token.reveal()).toBe(`${authorization.corpId}-1`);
    expect(behind.asked).toBe(2);
  });

  it('opens no permanent code for a token that is stored and of the remembered generation', async () => {
    const authorization = nextCorp();
    await tokensOn(test, wecomUrl).corpTokens.tokenFor(authorization);
    const other = new Grants();
    other.remembered = 1;
    await tokensOn(test, wecomUrl, other).corpTokens.tokenFor(authorization);
    expect(other.asked).toBe(0);
    expect(server.countOf(authorization.corpId)).toBe(1);
  });

  it('reads the authorization anew when the remembered generation is behind the token', async () => {
    const authorization = nextCorp();
    const newer = new Grants();
    newer.generation = 2;
    await tokensOn(test, wecomUrl, newer).corpTokens.tokenFor(authorization);
    const behind = new Grants();
    behind.generation = 2;
    behind.remembered = 1;
    const held = await tokensOn(test, wecomUrl, behind).corpTokens.tokenFor(authorization);
    expect(held.token.reveal()).toBe(`${authorization.corpId}-1`);
    expect(server.countOf(authorization.corpId)).toBe(1);
  });

  it('asks WeCom with no code of another generation than the one it leased for', async () => {
    const authorization = nextCorp();
    const behind = new Grants();
    behind.generation = 2;
    behind.remembered = 1;
    const held = await tokensOn(test, wecomUrl, behind).corpTokens.tokenFor(authorization);
    expect(held.version).toBe(1);
    const rows = await test.everything('SELECT generation FROM tokens WHERE corp_id = $1', [authorization.corpId]);
    expect(rows).toEqual([{ generation: 2 }]);
  });

  describe('a call that is refused for its token', () => {
    it.each([40014, 42001])('is repeated once with a new token (%i)', async (errcode) => {
      const authorization = nextCorp();
      const { corpTokens } = tokensOn(test, wecomUrl);
      const used: string[] = [];
      const result = await corpTokens.withCorpToken(authorization, async (token: Secret) => {
        used.push(token.reveal());
        if (used.length === 1) throw new WecomApiError('/cgi-bin/agent/get', errcode, 'invalid');
        return 'done';
      });
      expect([result, used]).toEqual(['done', [`${authorization.corpId}-1`, `${authorization.corpId}-2`]]);
    });

    it('is not repeated again, however often it is refused', async () => {
      const authorization = nextCorp();
      const { corpTokens } = tokensOn(test, wecomUrl);
      let calls = 0;
      const call = async () => {
        calls++;
        throw new WecomApiError('/cgi-bin/agent/get', 40014, 'invalid');
      };
      await expect(corpTokens.withCorpToken(authorization, call)).rejects.toMatchObject({ errcode: 40014 });
      expect(calls).toBe(2);
      expect(server.countOf(authorization.corpId)).toBe(2);
    });

    it('causes one refresh when a hundred calls in two processes fail at once', async () => {
      const authorization = nextCorp();
      const processes = [tokensOn(test, wecomUrl), tokensOn(test, wecomUrl)];
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          processes[n % 2]!.corpTokens.withCorpToken(
            authorization,
            async (token: Secret) => ({ errcode: token.reveal().endsWith('-1') ? 42001 : 0 }),
            ({ errcode }) => errcode === 42001,
          ),
        ),
      );
      expect(outcomes.filter(({ errcode }) => errcode !== 0)).toEqual([]);
      expect(server.countOf(authorization.corpId)).toBe(2);
    });

    it('leaves the suite ticket and the suite token alone', async () => {
      const authorization = nextCorp();
      const { corpTokens, tickets } = tokensOn(test, wecomUrl);
      const held = await corpTokens.tokenFor(authorization);
      wecom.requests.length = 0;
      await corpTokens.invalidate(authorization, held.version);
      await corpTokens.tokenFor(authorization);
      expect(wecom.requests.map(({ url }) => url.pathname)).toEqual(['/cgi-bin/service/get_corp_token']);
      expect((await tickets.newest(SUITE_ID))?.ticket.reveal()).toBe('ticket');
    });
  });
});
