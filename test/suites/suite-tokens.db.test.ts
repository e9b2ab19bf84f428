import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Secret } from '../../src/modules/platform/secrets/secret.js';
import { WecomApiError } from '../../src/modules/wecom/wecom.errors.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ScriptedWecom } from '../wecom/scripted-wecom.js';
import { PROVIDER, suiteInput, suitesOn } from './suites-bench.js';

describe('suite and provider tokens', () => {
  let test: TestDatabase;
  let wecomUrl: string;
  const wecom = new ScriptedWecom();
  let suiteIds = 0;

  /** A registered suite, in a process of its own. */
  async function suite(ticket?: string) {
    const process = suitesOn(test, wecomUrl);
    const suiteId = `wwSuite${++suiteIds}`;
    await process.suites.registerProvider(PROVIDER);
    await process.suites.register(suiteInput(suiteId));
    if (ticket !== undefined) await process.suites.recordTicket(suiteId, Secret.of(ticket), 1);
    return { ...process, suiteId };
  }

  const bodies = () => wecom.requests.map(({ body }) => JSON.parse(body) as Record<string, string>);
  const issue = (token: string) => ({ suite_access_token: token, expires_in: 7_200 });

  async function pass(suiteId: string, interval: string): Promise<void> {
    await test.everything(
      `UPDATE tokens SET cooldown_until = cooldown_until - $2::interval, expires_at = expires_at - $2::interval
       WHERE suite_id = $1`,
      [suiteId, interval],
    );
  }

  beforeAll(async () => {
    Logger.overrideLogger(false);
    test = await createTestDatabase();
    wecomUrl = await wecom.start();
  });
  beforeEach(() => {
    wecom.requests.length = 0;
  });
  afterAll(async () => {
    await wecom.stop();
    await test.drop();
  });

  it('asks WeCom nothing while no ticket has come, and says so', async () => {
    const { suiteTokens, suiteId } = await suite();
    await expect(suiteTokens.suiteToken(suiteId)).rejects.toMatchObject({
      reason: 'no_suite_ticket',
      detail: `suite ${suiteId}: no suite ticket has ever come`,
    });
    expect(wecom.requests).toEqual([]);
  });

  it('asks WeCom nothing with a ticket past its 30 minutes, says for how long none came, and resumes with the next', async () => {
    const { suiteTokens, suites, suiteId } = await suite('stale');
    await test.everything(`UPDATE suite_tickets SET received_at = now() - interval '34 minutes' WHERE suite_id = $1`, [
      suiteId,
    ]);
    await expect(suiteTokens.suiteToken(suiteId)).rejects.toMatchObject({
      reason: 'no_suite_ticket',
      detail: `suite ${suiteId}: no suite ticket for 34 min`,
    });
    expect(wecom.requests).toEqual([]);

    wecom.answer(issue('after the push'));
    await suites.recordTicket(suiteId, Secret.of('pushed'), 2);
    expect((await suiteTokens.suiteToken(suiteId)).token.reveal()).toBe('after the push');
  });

  it('says that the newest ticket is refused (40085), keeps it, and does not hammer WeCom', async () => {
    const { suiteTokens, tickets, suiteId } = await suite('refused');
    wecom.answer({ errcode: 40085, errmsg: 'invalid suite ticket' });
    for (let round = 0; round < 3; round++) {
      await expect(suiteTokens.suiteToken(suiteId)).rejects.toMatchObject({
        reason: 'no_suite_ticket',
        errcode: 40085,
        detail: `suite ${suiteId}: no suite ticket for 0 min, and WeCom refuses the last one`,
      });
    }
    expect(wecom.requests).toHaveLength(1);
    expect((await tickets.newest(suiteId))?.ticket.reveal()).toBe('refused');
  });

  it('ends the pause after 40085 with the next ticket', async () => {
    const { suiteTokens, suites, suiteId } = await suite('refused');
    wecom.answer({ errcode: 40085, errmsg: 'invalid suite ticket' });
    await expect(suiteTokens.suiteToken(suiteId)).rejects.toMatchObject({ errcode: 40085 });
    wecom.answer(issue('again'));
    await suites.recordTicket(suiteId, Secret.of('next'), 2);
    expect((await suiteTokens.suiteToken(suiteId)).token.reveal()).toBe('again');
  });

  it('repeats once with a newer ticket that came meanwhile (40085)', async () => {
    const { suiteTokens, suites, suiteId } = await suite('first');
    wecom.run(async (request, response) => {
      if (request.body.includes('first')) {
        await suites.recordTicket(suiteId, Secret.of('second'), 2);
        response.end(JSON.stringify({ errcode: 40085, errmsg: 'expired' }));
      } else {
        response.end(JSON.stringify(issue('with the second')));
      }
    });
    expect((await suiteTokens.suiteToken(suiteId)).token.reveal()).toBe('with the second');
    expect(bodies().map(({ suite_ticket: ticket }) => ticket)).toEqual(['first', 'second']);
  });

  it('does not repeat more than once, whatever comes meanwhile', async () => {
    const { suiteTokens, suites, suiteId } = await suite('t1');
    let time = 1;
    wecom.run(async (_request, response) => {
      await suites.recordTicket(suiteId, Secret.of(`t${++time}`), time);
      response.end(JSON.stringify({ errcode: 40085, errmsg: 'expired' }));
    });
    await expect(suiteTokens.suiteToken(suiteId)).rejects.toMatchObject({ errcode: 40085 });
    expect(wecom.requests).toHaveLength(2);
  });

  it('stops asking with a wrong suite secret (40080) at the third refusal', async () => {
    const { suiteTokens, tickets, suiteId } = await suite('ticket');
    wecom.answer({ errcode: 40080, errmsg: 'invalid suite secret' });
    for (let round = 0; round < 5; round++) {
      await expect(suiteTokens.suiteToken(suiteId)).rejects.toMatchObject({ errcode: 40080 });
      await pass(suiteId, '61 seconds');
    }
    expect(wecom.requests).toHaveLength(3);
    expect((await tickets.newest(suiteId))?.ticket.reveal()).toBe('ticket');
  });

  it('keeps the ticket through every error that WeCom has', async () => {
    const { suiteTokens, tickets, suiteId } = await suite('precious');
    for (const errcode of [-1, 40082, 40083, 40085, 42001, 42009, 45009, 60020]) {
      wecom.answer({ errcode, errmsg: 'error' });
      await expect(suiteTokens.suiteToken(suiteId)).rejects.toThrow();
      await pass(suiteId, '2 hours');
    }
    wecom.answer('<html>', 502);
    await expect(suiteTokens.suiteToken(suiteId)).rejects.toThrow();
    expect((await tickets.newest(suiteId))?.ticket.reveal()).toBe('precious');
  });

  it('fetches with id, secret and newest ticket, once for every process', async () => {
    const { suiteId } = await suite('ticket');
    wecom.answer(issue('shared'));
    const processes = Array.from({ length: 4 }, () => suitesOn(test, wecomUrl).suiteTokens);
    const held = await Promise.all(processes.map((process) => process.suiteToken(suiteId)));
    expect(new Set(held.map(({ token }) => token.reveal()))).toEqual(new Set(['shared']));
    expect(bodies()).toEqual([
      { suite_id: suiteId, suite_secret: `canary-secret-of-${suiteId}`, suite_ticket: 'ticket' },
    ]);
  });

  it('keeps the tokens of two suites apart', async () => {
    const [one, two] = [await suite('ticket'), await suite('ticket')];
    wecom.run((request, response) => {
      const { suite_id: suiteId } = JSON.parse(request.body) as { suite_id: string };
      response.end(JSON.stringify(issue(`token of ${suiteId}`)));
    });
    for (const { suiteId } of [one, two]) {
      expect((await one.suiteTokens.suiteToken(suiteId)).token.reveal()).toBe(`token of ${suiteId}`);
    }
  });

  it.each([40082, 42009])(
    'refreshes once and repeats once when a call is refused for its suite token (%i)',
    async (code) => {
      const { suiteTokens, suiteId } = await suite('ticket');
      let issued = 0;
      wecom.run((_request, response) => response.end(JSON.stringify(issue(`token-${++issued}`))));
      const used: string[] = [];
      const call = async (token: Secret) => {
        used.push(token.reveal());
        if (used.length < 2) throw new WecomApiError('/cgi-bin/service/get_pre_auth_code', code, 'invalid token');
        return 'done';
      };
      expect(await suiteTokens.withSuiteToken(suiteId, call)).toBe('done');
      expect(used).toEqual(['token-1', 'token-2']);
    },
  );

  it('lets the second refusal stand', async () => {
    const { suiteTokens, suiteId } = await suite('ticket');
    let issued = 0;
    wecom.run((_request, response) => response.end(JSON.stringify(issue(`token-${++issued}`))));
    const call = async () => {
      throw new WecomApiError('/cgi-bin/service/get_pre_auth_code', 42009, 'expired');
    };
    await expect(suiteTokens.withSuiteToken(suiteId, call)).rejects.toMatchObject({ errcode: 42009 });
    expect(issued).toBe(2);
  });

  it('fetches the provider token, and refuses when the provider has no secret', async () => {
    const { suiteTokens, suites } = await suite();
    await suites.registerProvider({ providerCorpId: 'wwBare', name: 'bare' });
    await expect(suiteTokens.providerToken('wwBare')).rejects.toMatchObject({ reason: 'not_configured' });
    expect(wecom.requests).toEqual([]);
    wecom.answer({ provider_access_token: 'provider token', expires_in: 7_200 });
    expect((await suiteTokens.providerToken(PROVIDER.providerCorpId)).token.reveal()).toBe('provider token');
    expect(bodies()).toEqual([{ corpid: 'wwProvider', provider_secret: 'canary-provider-secret' }]);
  });
});
