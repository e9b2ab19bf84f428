import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { TEST_ENCRYPTION_KEYS } from '../support/keyring.js';
import { until } from '../support/until.js';
import { corpKey, elapse, stored } from './token-bench.js';

interface Answer {
  tokens: string[];
  errors: string[];
}

describe('processes racing for one token', () => {
  let test: TestDatabase;
  let upstream: Server;
  let calls = 0;
  /** Lets the upstream answer; set by a test that wants to hold it back. */
  let mayAnswer: Promise<void> = Promise.resolve();
  const racers: ChildProcess[] = [];

  async function racer(): Promise<ChildProcess> {
    const { port } = upstream.address() as AddressInfo;
    const child = fork(fileURLToPath(new URL('./token-racer.mjs', import.meta.url)), {
      execArgv: [],
      env: {
        ...process.env,
        RACE_DATABASE_URL: test.url,
        RACE_UPSTREAM_URL: `http://127.0.0.1:${port}/`,
        RACE_ENCRYPTION_KEYS: TEST_ENCRYPTION_KEYS,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    racers.push(child);
    await once(child, 'message');
    return child;
  }

  async function holdIn(child: ChildProcess, corpId: string, callers: number): Promise<Answer> {
    const answer = once(child, 'message');
    child.send({ corpId, callers });
    const [message] = (await answer) as [Answer];
    return message;
  }

  beforeAll(async () => {
    test = await createTestDatabase();
    upstream = createServer(async (_request, response) => {
      const call = ++calls;
      await mayAnswer;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ token: `token-${call}` }));
    });
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
  });
  afterAll(async () => {
    for (const child of racers) child.kill('SIGKILL');
    upstream.closeAllConnections();
    upstream.close();
    await test.drop();
  });

  it('makes one upstream call for two processes with 200 callers each, expired token or none', async () => {
    const key = corpKey('wpRace');
    const [one, other] = await Promise.all([racer(), racer()]);
    const first = await Promise.all([holdIn(one, key.corpId, 200), holdIn(other, key.corpId, 200)]);
    expect(first.flatMap(({ errors }) => errors)).toEqual([]);
    expect(new Set(first.flatMap(({ tokens }) => tokens))).toEqual(new Set(['token-1']));
    expect(calls).toBe(1);

    await elapse(test, key, '3 hours');
    // Processes that remember nothing of the first round.
    const [third, fourth] = await Promise.all([racer(), racer()]);
    const second = await Promise.all([holdIn(third, key.corpId, 200), holdIn(fourth, key.corpId, 200)]);
    expect(second.flatMap(({ errors }) => errors)).toEqual([]);
    expect(new Set(second.flatMap(({ tokens }) => tokens))).toEqual(new Set(['token-2']));
    expect(calls).toBe(2);
  });

  it('replaces a holder that was killed during its call, once its lease has run out', async () => {
    const key = corpKey('wpKilled');
    const before = calls;
    const gate = Promise.withResolvers<void>();
    mayAnswer = gate.promise;
    const [doomed, heir] = await Promise.all([racer(), racer()]);
    doomed.send({ corpId: key.corpId, callers: 1 });
    await until(() => calls === before + 1);
    doomed.kill('SIGKILL');
    expect((await stored(test, key)).leased).toBe(true);
    mayAnswer = Promise.resolve();

    const answer = await until(async () => {
      const { tokens } = await holdIn(heir, key.corpId, 1);
      return tokens[0];
    }, 'the heir to get a token');
    expect(answer).toBe(`token-${before + 2}`);
    expect(calls).toBe(before + 2);
    expect(Number((await stored(test, key)).lease_no)).toBe(2);
    gate.resolve();
  });
});
