import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';
import { register } from 'prom-client';
import { Secret } from '../../src/modules/platform/secrets/secret.js';
import { SuiteTicketWatch } from '../../src/modules/suites/suite-ticket-watch.js';
import { ForeignSuiteTicket, SuiteUnknown } from '../../src/modules/suites/suites.errors.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { PROVIDER, suiteInput, suitesOn } from './suites-bench.js';

describe('suite tickets', () => {
  let test: TestDatabase;

  async function suite(suiteId: string) {
    const { suites } = suitesOn(test);
    await suites.registerProvider(PROVIDER);
    await suites.register(suiteInput(suiteId));
    return suiteId;
  }

  async function stored(suiteId: string): Promise<string | undefined> {
    return (await suitesOn(test).tickets.newest(suiteId))?.ticket.reveal();
  }

  async function age(suiteId: string, interval: string): Promise<void> {
    await test.everything('UPDATE suite_tickets SET received_at = now() - $2::interval WHERE suite_id = $1', [
      suiteId,
      interval,
    ]);
  }

  beforeAll(async () => {
    Logger.overrideLogger(false);
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  it('refuses a ticket of another suite, and one of a suite that is not registered', async () => {
    const { suites } = suitesOn(test);
    const mine = await suite('wwMine');
    await expect(suites.recordTicket(mine, Secret.of('t'), 100, 'wwOther')).rejects.toThrow(ForeignSuiteTicket);
    await expect(suites.recordTicket(mine, Secret.of('t'), 100, 'wwmine')).rejects.toThrow(ForeignSuiteTicket);
    await expect(suites.recordTicket('wwNone', Secret.of('t'), 100)).rejects.toThrow(SuiteUnknown);
    expect(await stored(mine)).toBeUndefined();
  });

  it('keeps the newer ticket when an older one, or the same once more, comes after it', async () => {
    const { suites } = suitesOn(test);
    const suiteId = await suite('wwOrder');
    expect(await suites.recordTicket(suiteId, Secret.of('newer'), 200)).toBe('stored');
    await age(suiteId, '5 minutes');
    expect(await suites.recordTicket(suiteId, Secret.of('older'), 199)).toBe('older');
    expect(await suites.recordTicket(suiteId, Secret.of('newer'), 200)).toBe('older');
    expect(await stored(suiteId)).toBe('newer');
    expect((await suites.ticketAge(suiteId)).ageSeconds).toBeGreaterThanOrEqual(300);
  });

  it('ends with the newest of a thousand shuffled, duplicated tickets over three processes', async () => {
    const suiteId = await suite('wwShuffled');
    const other = await suite('wwShuffledToo');
    const processes = Array.from({ length: 3 }, () => suitesOn(test).suites);
    const pushes = Array.from({ length: 1_000 }, (_, n) => 1 + (n % 400))
      .map((time) => ({ time, place: Math.random() }))
      .sort((one, two) => one.place - two.place);
    await Promise.all(
      pushes.map(({ time }, n) => processes[n % 3]!.recordTicket(suiteId, Secret.of(`ticket-${time}`), time)),
    );
    expect(await stored(suiteId)).toBe('ticket-400');
    expect(await stored(other)).toBeUndefined();
  });

  it('lets any ticket replace one that is past its validity, even one that claims to be from the future', async () => {
    const { suites } = suitesOn(test);
    const suiteId = await suite('wwFuture');
    await suites.recordTicket(suiteId, Secret.of('from 2099'), 4_070_908_800);
    expect(await suites.recordTicket(suiteId, Secret.of('now'), 1_800_000_000)).toBe('older');
    await age(suiteId, '31 minutes');
    expect(await suites.recordTicket(suiteId, Secret.of('now'), 1_800_000_000)).toBe('stored');
    expect(await stored(suiteId)).toBe('now');
  });

  it('tells how old the newest ticket is, and what that means', async () => {
    const { suites } = suitesOn(test);
    const suiteId = await suite('wwAges');
    expect(await suites.ticketAge(suiteId)).toMatchObject({ health: 'missing' });
    await suites.recordTicket(suiteId, Secret.of('t'), 1);
    const seen: string[] = [];
    for (const minutes of [11, 13, 21, 31]) {
      await age(suiteId, `${minutes} minutes`);
      seen.push((await suites.ticketAge(suiteId)).health);
    }
    expect(seen).toEqual(['fresh', 'late', 'overdue', 'expired']);
  });

  it('warns at 12 minutes, alarms at 20, once each, and says when tickets come again', async () => {
    const { suites, tickets } = suitesOn(test);
    const suiteId = await suite('wwAlarm');
    const lines: string[] = [];
    const keep = (level: string) => (data: { suiteId?: string }) =>
      void (data.suiteId === suiteId && lines.push(level));
    Logger.overrideLogger({ log: keep('log'), warn: keep('warn'), error: keep('error') } as unknown as LoggerService);
    const watch = new SuiteTicketWatch(tickets);
    await suites.recordTicket(suiteId, Secret.of('t1'), 1);
    lines.length = 0;
    for (const minutes of [1, 11, 12, 13, 19, 20, 21, 25]) {
      await age(suiteId, `${minutes} minutes`);
      await watch.tick();
    }
    expect(lines).toEqual(['warn', 'error']);
    expect(await register.getSingleMetricAsString('suitepost_suite_ticket_age_seconds')).toMatch(
      /suite_id="wwAlarm"} 150\d/,
    );
    await age(suiteId, '31 minutes');
    await watch.tick();
    expect(lines).toEqual(['warn', 'error', 'error']);
    lines.length = 0;
    await age(suiteId, '0 minutes');
    await watch.tick();
    expect(lines).toEqual(['log']);
    Logger.overrideLogger(false);
  });

  it('stores no ticket readable', async () => {
    const suiteId = await suite('wwSealed');
    await suitesOn(test).suites.recordTicket(suiteId, Secret.of('canary-ticket'), 1);
    const [row] = await test.everything<{ text: string }>(
      'SELECT t::text AS text FROM suite_tickets t WHERE suite_id = $1',
      [suiteId],
    );
    expect(row?.text).not.toContain(Buffer.from('canary').toString('hex'));
  });
});
