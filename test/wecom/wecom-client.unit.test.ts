import { createServer, Server, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Secret } from '../../src/modules/platform/secrets/secret.js';
import { WecomClient } from '../../src/modules/wecom/wecom.client.js';
import {
  WecomApiError,
  WecomError,
  WecomHttpError,
  WecomNetworkError,
  WecomTimeoutError,
  WecomUnreadableError,
} from '../../src/modules/wecom/wecom.errors.js';
import { WecomClientOptions } from '../../src/modules/wecom/wecom-client-options.js';
import { allTextOf, failureOf, ScriptedWecom } from './scripted-wecom.js';

const TOKEN = 'tok-3f9c2a77e1';
const BODY_SECRET = 'permanent-8842';
const request = {
  path: '/cgi-bin/service/get_corp_token',
  query: { suite_access_token: Secret.of(TOKEN) },
  body: { auth_corpid: 'wpCorp', permanent_code: Secret.of(BODY_SECRET) },
};

const open: { client: WecomClient; wecom: ScriptedWecom }[] = [];
const sockets: Server[] = [];
const logged: string[] = [];

let wecom: ScriptedWecom;
let baseUrl: string;
let client: WecomClient;

function newClient(url: string, options: { timeoutMs?: number; connections?: number } = {}): WecomClient {
  const made = new WecomClient(new WecomClientOptions({ baseUrl: url, timeoutMs: 2_000, ...options }));
  open.push({ client: made, wecom });
  return made;
}

/** A TCP peer that speaks no HTTP. */
async function rawServer(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    onConnection(socket);
  });
  sockets.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('no port');
  }
  return `http://127.0.0.1:${address.port}`;
}

async function refusedUrl(): Promise<string> {
  const url = await rawServer(() => {});
  await new Promise((resolve) => sockets.pop()?.close(resolve));
  return url;
}

beforeEach(async () => {
  logged.length = 0;
  const write = (...parts: unknown[]) => void logged.push(JSON.stringify(parts));
  Logger.overrideLogger({ log: write, warn: write, error: write, debug: write, verbose: write, fatal: write });
  wecom = new ScriptedWecom();
  baseUrl = await wecom.start();
  client = newClient(baseUrl);
});

afterEach(async () => {
  for (const made of open.splice(0)) {
    await made.wecom.stop();
    await made.client.onApplicationShutdown();
  }
  for (const server of sockets.splice(0)) {
    server.close();
  }
  Logger.overrideLogger(false);
});

describe('a call that succeeds', () => {
  it('puts the token into the query only and opens the secrets of the body', async () => {
    wecom.answer({ errcode: 0, errmsg: 'ok', value: 7 });
    await expect(client.call(request, 'always')).resolves.toEqual({ errcode: 0, errmsg: 'ok', value: 7 });
    const [seen] = wecom.requests;
    expect(seen?.method).toBe('POST');
    expect(seen?.url.pathname).toBe(request.path);
    expect(seen?.url.searchParams.get('suite_access_token')).toBe(TOKEN);
    expect(seen?.contentType).toMatch(/^application\/json/);
    expect(JSON.parse(seen?.body ?? '')).toEqual({ auth_corpid: 'wpCorp', permanent_code: BODY_SECRET });
    expect(logged).toEqual([]);
  });

  it('sends GET without a body and encodes the query', async () => {
    wecom.answer({ errcode: 0 });
    await client.call({ path: '/cgi-bin/x', query: { access_token: Secret.of('a+b/c=&d'), agentid: 7 } }, 'always');
    expect(wecom.requests[0]?.method).toBe('GET');
    expect(wecom.requests[0]?.url.search).toBe('?access_token=a%2Bb%2Fc%3D%26d&agentid=7');
  });

  it('takes an absent errcode as success only where the page leaves it out', async () => {
    wecom.answer({ access_token: 'x' });
    await expect(client.call(request, 'on_failure_only')).resolves.toEqual({ access_token: 'x' });
    await expect(client.call(request, 'always')).rejects.toBeInstanceOf(WecomUnreadableError);
  });

  it('reads an answer that arrives in pieces, cut inside a character', async () => {
    const text = Buffer.from(JSON.stringify({ errcode: 0, name: '企业微信'.repeat(50) }));
    wecom.run(async (_request, response) => {
      for (let at = 0; at < text.length; at += 100) {
        response.write(text.subarray(at, at + 100));
        await delay(1);
      }
      response.end();
    });
    expect((await client.exchange(request)).name).toBe('企业微信'.repeat(50));
  });

  it('reports that WeCom could not parse the whole body', async () => {
    wecom.answer({ errcode: 0, errmsg: 'ok. Warning: wrong json format.' });
    await client.call(request, 'always');
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain(request.path);
  });
});

describe('an errcode other than 0', () => {
  const errmsg = `invalid credential ${TOKEN} ${BODY_SECRET}, hint: [1712345678_10_9fe1b2], from ip: 1.2.3.4, more info`;

  it('becomes a WecomApiError with errcode, hint and path', async () => {
    wecom.answer({ errcode: 40084, errmsg });
    const error = await failureOf(client.call(request, 'on_failure_only'));
    expect(error).toBeInstanceOf(WecomApiError);
    expect(error).toMatchObject({
      errcode: 40084,
      hint: '1712345678_10_9fe1b2',
      path: request.path,
      sent: 'no',
      message: '/cgi-bin/service/get_corp_token: errcode 40084 (hint 1712345678_10_9fe1b2)',
    });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'WecomApiError',
      code: 'wecom_api_error',
      path: request.path,
      sent: 'no',
      errcode: 40084,
      hint: '1712345678_10_9fe1b2',
    });
  });

  it('keeps the errmsg for the record, but not credentials that it echoes', async () => {
    wecom.answer({ errcode: 40084, errmsg });
    const error = await failureOf(client.call(request, 'always'));
    expect((error as WecomApiError).errmsg).toContain('invalid credential [secret] [secret], hint');
  });

  it('logs path, errcode and hint and nothing else', async () => {
    wecom.answer({ errcode: 40084, errmsg });
    await failureOf(client.call(request, 'always'));
    const entry = JSON.parse(logged[0] ?? '')[0];
    expect(Object.keys(entry).sort()).toEqual(['errcode', 'hint', 'msg', 'path']);
    expect(entry).toMatchObject({ errcode: 40084, hint: '1712345678_10_9fe1b2', path: request.path });
  });

  it.each([
    [-1, 'maybe'],
    [6000, 'maybe'],
    [123456789, 'maybe'],
    [45009, 'no'],
    [42001, 'no'],
  ])('%d leaves the effect %s', async (errcode, sent) => {
    wecom.answer({ errcode, errmsg: 'x' });
    expect(await failureOf(client.call(request, 'always'))).toMatchObject({ errcode, sent, hint: undefined });
  });

  it('survives an errmsg of another type', async () => {
    wecom.answer({ errcode: 40001, errmsg: { deep: [1] } });
    expect(await failureOf(client.call(request, 'always'))).toMatchObject({ errcode: 40001, errmsg: '' });
  });
});

describe('an answer that is none', () => {
  it.each([
    ['a 502 page', 502, '<html>Bad Gateway</html>', WecomHttpError],
    ['a 500 that looks like success', 500, '{"errcode":0}', WecomHttpError],
    ['a 204', 204, '', WecomHttpError],
    ['HTML with status 200', 200, '<html>captive portal</html>', WecomUnreadableError],
    ['truncated JSON', 200, '{"errcode":0,"errm', WecomUnreadableError],
    ['an empty body', 200, '', WecomUnreadableError],
    ['a list', 200, '[{"errcode":0}]', WecomUnreadableError],
    ['null', 200, 'null', WecomUnreadableError],
    ['an errcode in quotes', 200, '{"errcode":"0"}', WecomUnreadableError],
    ['a fractional errcode', 200, '{"errcode":0.5}', WecomUnreadableError],
  ])('%s leaves the effect unknown', async (_what, status, body, type) => {
    wecom.answer(body, status);
    const error = await failureOf(client.call(request, 'on_failure_only'));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ sent: 'maybe', path: request.path });
    expect(error.message).not.toContain('captive');
    if (error instanceof WecomHttpError) {
      expect(error.status).toBe(status);
    }
  });

  it('refuses to read 5 MB', async () => {
    wecom.answer({ errcode: 0, padding: 'x'.repeat(5_000_000) });
    const error = await failureOf(client.exchange(request));
    expect(error).toBeInstanceOf(WecomUnreadableError);
    expect(error).toMatchObject({ sent: 'maybe', reason: 'too large' });
    wecom.answer({ errcode: 0 });
    await expect(client.exchange(request)).resolves.toEqual({ errcode: 0 });
  });

  it('does not follow redirects', async () => {
    wecom.run((_request, response) => {
      response.writeHead(302, { location: '/elsewhere' });
      response.end();
    });
    expect(await failureOf(client.exchange(request))).toMatchObject({ name: 'WecomHttpError', status: 302 });
    expect(wecom.requests).toHaveLength(1);
  });
});

describe('a network failure', () => {
  it('proves that nothing was sent when the connection is refused', async () => {
    const error = await failureOf(newClient(await refusedUrl()).exchange(request));
    expect(error).toBeInstanceOf(WecomNetworkError);
    expect(error).toMatchObject({ requestSent: false, sent: 'no', reason: 'ECONNREFUSED' });
  });

  it('proves that nothing was sent when the name does not resolve', async () => {
    const error = await failureOf(newClient('http://no-such-host.invalid', { timeoutMs: 20_000 }).exchange(request));
    expect(error).toMatchObject({ name: 'WecomNetworkError', requestSent: false, sent: 'no' });
  });

  it('proves that nothing was sent when TLS fails', async () => {
    const error = await failureOf(newClient(baseUrl.replace('http:', 'https:')).exchange(request));
    expect(error).toMatchObject({ name: 'WecomNetworkError', requestSent: false, sent: 'no' });
    expect(wecom.requests).toHaveLength(0);
  });

  it('leaves the effect open when the connection is reset after the request', async () => {
    const url = await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const error = await failureOf(newClient(url).exchange(request));
    expect(error).toBeInstanceOf(WecomNetworkError);
    expect(error).toMatchObject({ requestSent: true, sent: 'maybe' });
  });

  it('leaves the effect open when the answer breaks off', async () => {
    const url = await rawServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{"errcode":0')),
    );
    expect(await failureOf(newClient(url).exchange(request))).toMatchObject({ sent: 'maybe' });
  });

  it('leaves the effect open when the answer is not HTTP', async () => {
    const url = await rawServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.9\r\n')));
    expect(await failureOf(newClient(url).exchange(request))).toMatchObject({ sent: 'maybe' });
  });

  it('does not repeat a request by itself', async () => {
    wecom.run((_request, _response, raw) => raw.socket.destroy());
    await failureOf(client.exchange(request));
    await delay(100);
    expect(wecom.requests).toHaveLength(1);
  });
});

describe('the deadline', () => {
  it('ends a call that is not answered, and leaves the effect open', async () => {
    wecom.run(() => {});
    const slow = newClient(baseUrl, { timeoutMs: 150 });
    const startedAt = performance.now();
    const error = await failureOf(slow.exchange(request));
    expect(error).toBeInstanceOf(WecomTimeoutError);
    expect(error).toMatchObject({ requestSent: true, sent: 'maybe', timeoutMs: 150 });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('ends an answer that drips', async () => {
    const drips = new Set<NodeJS.Timeout>();
    wecom.run((_request, response) => {
      response.write('{');
      drips.add(setInterval(() => response.write(' '), 20));
    });
    const error = await failureOf(newClient(baseUrl, { timeoutMs: 200 }).exchange(request));
    expect(error).toMatchObject({ name: 'WecomTimeoutError', sent: 'maybe' });
    for (const drip of drips) {
      clearInterval(drip);
    }
  });

  it('takes a call out of the queue unsent, and leaves the connection to the next one', async () => {
    const single = newClient(baseUrl, { timeoutMs: 300, connections: 1 });
    wecom.run(() => {});
    const [first, second] = await Promise.all([
      failureOf(single.exchange({ path: '/first' })),
      failureOf(single.exchange({ path: '/second' })),
    ]);
    expect(first).toMatchObject({ name: 'WecomTimeoutError', requestSent: true, sent: 'maybe' });
    expect(second).toMatchObject({ name: 'WecomTimeoutError', requestSent: false, sent: 'no' });
    wecom.answer({ errcode: 0 });
    await expect(single.exchange({ path: '/third' })).resolves.toEqual({ errcode: 0 });
    expect(wecom.requests.map(({ url }) => url.pathname)).toEqual(['/first', '/third']);
    expect(wecom.connections).toBe(2);
  });

  it('covers the time to connect, when nothing was sent yet', async () => {
    const silent = (await rawServer(() => {})).replace('http:', 'https:');
    const error = await failureOf(newClient(silent, { timeoutMs: 200 }).exchange(request));
    expect(error).toMatchObject({ name: 'WecomTimeoutError', requestSent: false, sent: 'no' });
  });
});

describe('shutdown', () => {
  it('lets calls in flight finish and refuses new ones unsent', async () => {
    wecom.run((_request, response) => setTimeout(() => response.end('{"errcode":0}'), 100));
    const inFlight = client.exchange(request);
    await delay(30);
    const closed = client.onApplicationShutdown();
    expect(await failureOf(client.exchange(request))).toMatchObject({ name: 'WecomNetworkError', sent: 'no' });
    await expect(inFlight).resolves.toEqual({ errcode: 0 });
    await closed;
  });

  it('does not wait for a peer that never answers', async () => {
    wecom.run(() => {});
    const single = newClient(baseUrl, { timeoutMs: 200, connections: 1 });
    const calls = [failureOf(single.exchange(request)), failureOf(single.exchange(request))];
    await delay(30);
    await single.onApplicationShutdown();
    await single.onApplicationShutdown();
    expect((await Promise.all(calls)).map((error) => error.name)).toEqual(['WecomTimeoutError', 'WecomTimeoutError']);
  });
});

describe('no failure gives a credential away', () => {
  const failures: [string, () => Promise<WecomClient>][] = [
    [
      'errcode with an echo',
      async () => {
        wecom.answer({ errcode: 40014, errmsg: `invalid access_token ${TOKEN} ${BODY_SECRET}` });
        return client;
      },
    ],
    [
      'JSON that quotes them',
      async () => {
        wecom.answer(`${TOKEN} ${BODY_SECRET}`);
        return client;
      },
    ],
    [
      'an error page that quotes the URL',
      async () => {
        wecom.answer(`<a href="/?suite_access_token=${TOKEN}">${BODY_SECRET}</a>`, 502);
        return client;
      },
    ],
    ['refused', async () => newClient(await refusedUrl())],
    ['reset', async () => newClient(await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy())))],
    [
      'garbage that echoes the request',
      async () => newClient(await rawServer((socket) => socket.once('data', (data) => socket.end(data)))),
    ],
    [
      'timeout',
      async () => {
        wecom.run(() => {});
        return newClient(baseUrl, { timeoutMs: 100 });
      },
    ],
    [
      'closed',
      async () => {
        const closed = newClient(baseUrl);
        await closed.onApplicationShutdown();
        return closed;
      },
    ],
  ];

  it.each(failures)('%s', async (_name, prepare) => {
    const error = await failureOf((await prepare()).call(request, 'always'));
    expect(error).toBeInstanceOf(WecomError);
    expect(error.cause).toBeUndefined();
    const text = allTextOf(error) + logged.join('\n');
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain(BODY_SECRET);
    expect(text).not.toContain('127.0.0.1');
  });

  it('a path that cannot be requested', async () => {
    const error = await failureOf(client.exchange({ path: '/a b', query: { access_token: Secret.of(TOKEN) } }));
    expect(error).toMatchObject({ name: 'WecomNetworkError', sent: 'no' });
    expect(allTextOf(error)).not.toContain(TOKEN);
  });

  it('a token that cannot be encoded', async () => {
    const error = await failureOf(
      client.exchange({ path: '/a', query: { access_token: Secret.of(`${TOKEN}\ud800`) } }),
    );
    expect(error).toMatchObject({ name: 'WecomNetworkError', sent: 'no' });
    expect(allTextOf(error)).not.toContain(TOKEN);
  });
});
