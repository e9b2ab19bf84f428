import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as official from '@wecom/crypto';
import { callbackSignature, encryptCallback } from '../src/callback-crypto.ts';
import { elementText, envelopeDocument } from '../src/callback-xml.ts';
import { CallbackReceiver, type ReceivedCallback } from './support/callback-receiver.ts';
import { SampleApp } from './support/sample-app.ts';
import { corp, provider, suite, template, world } from './support/sample-world.ts';

let app: SampleApp;
let receiver: CallbackReceiver;

beforeAll(async () => {
  receiver = await new CallbackReceiver().start();
  app = await SampleApp.start({ pushAttempts: 3 });
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});
beforeEach(async () => {
  receiver.received.length = 0;
  receiver.answer = (response) => response.end('success');
  await app.control.reset();
  await app.control.seed(world);
  const commandUrl = receiver.url('/command?tenant=1');
  const dataUrl = receiver.url('/data/$CORPID$');
  await app.control.putProvider({ ...provider, systemUrl: receiver.url('/system') });
  for (const one of [suite, template]) await app.control.putSuite({ ...one, commandUrl, dataUrl });
});

/** Opens a callback with WeCom's own library. */
function open(callback: ReceivedCallback | undefined, keys: { token?: string; encodingAesKey?: string } = suite) {
  const encrypt = elementText(callback?.body ?? '', 'Encrypt') ?? '';
  const [signature, timestamp, nonce] = ['msg_signature', 'timestamp', 'nonce'].map((name) =>
    callback?.query.get(name),
  );
  expect(signature).toBe(official.getSignature(keys.token ?? '', timestamp ?? '', nonce ?? '', encrypt));
  return official.decrypt(keys.encodingAesKey ?? '', encrypt);
}

describe('a push that fails', () => {
  it('is tried three times when nobody listens', async () => {
    await app.control.putSuite({ ...suite, commandUrl: 'http://127.0.0.1:9/' });
    const record = await app.control.pushTicket(suite.suiteId);
    expect(record.ok).toBe(false);
    expect(record.attempts.map((attempt) => attempt.error)).toEqual(['connection', 'connection', 'connection']);
  });

  it('is tried three times when no answer comes within the deadline', async () => {
    await app.control.changeSettings({ pushDeadlineMs: 40 });
    receiver.answer = () => {};
    const record = await app.control.pushTicket(suite.suiteId);
    expect(record.attempts.map((attempt) => attempt.error)).toEqual(['timeout', 'timeout', 'timeout']);
  });

  it('stops at the first attempt that is answered in time', async () => {
    receiver.answer = (response, _, count) => (count < 3 ? response.destroy() : response.end('success'));
    const record = await app.control.pushTicket(suite.suiteId);
    expect(record.ok).toBe(true);
    expect(record.attempts).toHaveLength(3);
  });

  it('is not repeated for a bad status, unless so switched', async () => {
    receiver.answer = (response) => response.writeHead(500).end('oops');
    expect((await app.control.pushTicket(suite.suiteId)).attempts).toMatchObject([{ error: 'status', status: 500 }]);
    await app.control.changeSettings({ pushRetryOnStatus: true });
    expect((await app.control.pushTicket(suite.suiteId)).attempts).toHaveLength(3);
  });

  it.each(['"success"', 'success\n', '\ufeffsuccess', 'SUCCESS', ''])(
    'counts %j on the command URL as an error, once',
    async (body) => {
      receiver.answer = (response) => response.end(body);
      const record = await app.control.pushTicket(suite.suiteId);
      expect(record).toMatchObject({ ok: false, attempts: [{ error: 'body', status: 200, body }] });
      expect((await app.control.stats()).pushesFailed).toBe(1);
    },
  );

  it('gives authorization events their own, shorter deadline', async () => {
    await app.control.changeSettings({ pushAuthorizationDeadlineMs: 40, pushAttempts: 1 });
    receiver.answer = (response, callback) => {
      if (open(callback).message.includes('suite_ticket')) response.end('success');
    };
    const request = { suiteId: suite.suiteId, corpId: corp.corpId, mode: 'market' } as const;
    const { push } = await app.control.install(request);
    expect(push?.attempts[0]?.error).toBe('timeout');
    expect((await app.control.pushTicket(suite.suiteId)).ok).toBe(true);
  });

  it('is sealed anew for each attempt, or repeats its envelope when so switched', async () => {
    receiver.answer = (response) => response.destroy();
    await app.control.pushTicket(suite.suiteId);
    expect(new Set(receiver.received.map((one) => one.body)).size).toBe(3);
    await app.control.changeSettings({ pushRetryReusesEnvelope: true });
    receiver.received.length = 0;
    await app.control.pushTicket(suite.suiteId);
    expect(new Set(receiver.received.map((one) => one.body)).size).toBe(1);
  });
});

describe('the command URL', () => {
  it('receives a ticket sealed for the suite, in the form of the sample', async () => {
    const record = await app.control.pushTicket(suite.suiteId);
    const [callback] = receiver.received;
    const { message, id } = open(callback);
    expect(id).toBe(suite.suiteId);
    expect(message).toBe(record.plaintext);
    expect(message).toContain('<InfoType> <![CDATA[suite_ticket]]></InfoType>');
    expect(elementText(message, 'SuiteId')).toBe(suite.suiteId);
    expect(callback).toMatchObject({ method: 'POST', path: '/command', contentType: 'text/xml; charset=utf-8' });
    expect(callback?.query.get('tenant')).toBe('1');
    expect(elementText(callback?.body ?? '', 'ToUserName')).toBe(suite.suiteId);
    expect(callback?.body).toContain('<AgentID><![CDATA[]]></AgentID>');
  });

  it('receives create_auth without a corp id, change_auth and cancel_auth with it', async () => {
    const request = { suiteId: suite.suiteId, corpId: corp.corpId, mode: 'qr', state: 'shop42' } as const;
    const { authCode } = await app.control.install(request);
    await app.control.change(suite.suiteId, corp.corpId, { visibleRange: { departmentIds: [2] } });
    await app.control.cancel(suite.suiteId, corp.corpId);
    const events = receiver.received.map((callback) => open(callback).message);
    const names = ['InfoType', 'SuiteId', 'AuthCode', 'AuthCorpId', 'State'];
    expect(events.map((event) => names.map((name) => elementText(event, name)))).toEqual([
      ['create_auth', suite.suiteId, authCode, null, 'shop42'],
      ['change_auth', suite.suiteId, null, corp.corpId, ''],
      ['cancel_auth', suite.suiteId, null, corp.corpId, null],
    ]);
  });

  it('receives reset_permanent_code of a customised app', async () => {
    await app.control.install({ suiteId: template.suiteId, corpId: corp.corpId });
    const { authCode } = await app.control.resetPermanentCode(template.suiteId, corp.corpId);
    const { message, id } = open(receiver.received[0], template);
    expect(id).toBe(template.suiteId);
    expect(elementText(message, 'AuthCode')).toBe(authCode);
  });

  it('receives any event, with lists, nested elements and text that looks like markup', async () => {
    const fields = { InfoType: 'change_contact', UserID: 'a]]>b<c>&', Item: ['x', 'y'], Extra: { Depth: 2 } };
    await app.control.push({ channel: 'command', suiteId: suite.suiteId, corpId: corp.corpId, fields });
    const { message } = open(receiver.received[0]);
    expect(elementText(message, 'AuthCorpId')).toBe(corp.corpId);
    expect(message).toContain('<UserID><![CDATA[a]]]]><![CDATA[>b<c>&]]></UserID>');
    expect(message).toContain('<Item><![CDATA[x]]></Item>\n<Item><![CDATA[y]]></Item>');
    expect(message).toContain('<Extra>\n<Depth>2</Depth>\n</Extra>');
  });

  it('may be addressed to the provider in the outer document', async () => {
    await app.control.changeSettings({ commandToUserName: 'provider' });
    await app.control.pushTicket(suite.suiteId);
    expect(elementText(receiver.received[0]?.body ?? '', 'ToUserName')).toBe(provider.corpId);
    expect(open(receiver.received[0]).id).toBe(suite.suiteId);
  });
});

describe('the data URL', () => {
  const event = { channel: 'data', suiteId: suite.suiteId, corpId: corp.corpId } as const;

  it('names the corp in path, receive id and both documents, and the agent', async () => {
    const { authorization } = await app.control.install({ suiteId: suite.suiteId, corpId: corp.corpId });
    await app.control.push({ ...event, fields: { FromUserName: 'woLiWei', Event: 'subscribe' } });
    const [callback] = receiver.received;
    const { message, id } = open(callback);
    expect(callback?.path).toBe(`/data/${corp.corpId}`);
    expect(id).toBe(corp.corpId);
    expect(elementText(callback?.body ?? '', 'AgentID')).toBe(String(authorization.agentId));
    expect(elementText(message, 'FromUserName')).toBe('woLiWei');
    expect(elementText(message, 'MsgType')).toBe('event');
  });

  it('takes an empty answer, success, and a sealed reply, but no other text', async () => {
    receiver.answer = (response) => response.end('');
    expect((await app.control.push({ ...event, xml: '<xml></xml>' })).ok).toBe(true);
    receiver.answer = (response) => response.end('hello');
    expect((await app.control.push({ ...event, xml: '<xml></xml>' })).ok).toBe(false);
    const encrypt = encryptCallback(suite.encodingAesKey, '<xml>reply</xml>', corp.corpId);
    const signature = callbackSignature(suite.token, '1', '2', encrypt);
    const reply = `<xml><Encrypt>${encrypt}</Encrypt><MsgSignature>${signature}</MsgSignature><TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>`;
    receiver.answer = (response) => response.end(reply);
    expect(await app.control.push({ ...event, xml: '<xml></xml>' })).toMatchObject({
      ok: true,
      reply: '<xml>reply</xml>',
    });
    receiver.answer = (response) => response.end(reply.replace(signature, signature.replace(/./, 'x')));
    expect(await app.control.push({ ...event, xml: '<xml></xml>' })).toMatchObject({ ok: false, reply: null });
  });
});

describe('the system-event URL', () => {
  it("is sealed with the provider's own pair for the provider's corp", async () => {
    const fields = { InfoType: 'license_pay_success', OrderId: 'o1' };
    await app.control.push({ channel: 'system', providerCorpId: provider.corpId, corpId: corp.corpId, fields });
    const { message, id } = open(receiver.received[0], provider);
    expect(id).toBe(provider.corpId);
    expect(elementText(message, 'ServiceCorpId')).toBe(provider.corpId);
  });
});

describe('a raw push', () => {
  const base = { channel: 'command', suiteId: suite.suiteId, xml: '<xml><InfoType>x</InfoType></xml>' } as const;

  it('can carry a wrong signature, receive id, ciphertext or body, and is sent once', async () => {
    receiver.answer = (response) => response.writeHead(403).end();
    await app.control.pushRaw({ ...base, signature: 'f'.repeat(40) });
    await app.control.pushRaw({ ...base, receiveId: 'wwSomebodyElse' });
    await app.control.pushRaw({ ...base, encrypt: 'AAAA' });
    await app.control.pushRaw({ ...base, body: 'not xml', contentType: 'text/plain' });
    const [signed, received, encrypted, body] = receiver.received;
    expect(signed?.query.get('msg_signature')).toBe('f'.repeat(40));
    expect(open(received).id).toBe('wwSomebodyElse');
    expect(encrypted?.body).toBe(envelopeDocument(suite.suiteId, '', 'AAAA'));
    expect(body).toMatchObject({ body: 'not xml', contentType: 'text/plain' });
    expect(receiver.received).toHaveLength(4);
  });

  it('can repeat timestamp and nonce', async () => {
    const record = await app.control.pushRaw({ ...base, timestamp: '1409659813', nonce: '1372623149' });
    expect(record.ok).toBe(true);
    expect(receiver.received[0]?.query.get('timestamp')).toBe('1409659813');
    open(receiver.received[0]);
  });
});

describe('verifying URLs', () => {
  const echo =
    (keys: { encodingAesKey: string }): CallbackReceiver['answer'] =>
    (response, callback) =>
      response.end(
        callback.method === 'GET'
          ? official.decrypt(keys.encodingAesKey, callback.query.get('echostr') ?? '').message
          : 'success',
      );

  it('fails on quotes around the plaintext, a bad status and a missing answer', async () => {
    receiver.answer = (response) => response.end('"123"');
    const { command, ticket } = await app.control.verifyUrls(suite.suiteId);
    expect(command).toMatchObject({ ok: false, status: 200, body: '"123"' });
    expect(ticket).toBeNull();
    await app.control.changeSettings({ verifyDeadlineMs: 40 });
    receiver.answer = () => {};
    expect((await app.control.verifyUrls(suite.suiteId)).data).toMatchObject({ ok: false, status: null });
  });

  it("asks both URLs with the provider's corp id inside, then pushes a ticket", async () => {
    receiver.answer = echo(suite);
    const result = await app.control.verifyUrls(suite.suiteId);
    expect(result).toMatchObject({ command: { ok: true }, data: { ok: true }, ticket: { ok: true } });
    const [command, data] = receiver.received;
    expect(data?.path).toBe(`/data/${provider.corpId}`);
    for (const one of [command, data]) {
      const echostr = one?.query.get('echostr') ?? '';
      expect(official.decrypt(suite.encodingAesKey, echostr).id).toBe(provider.corpId);
    }
  });

  it('knows the system URL too', async () => {
    receiver.answer = echo(provider);
    expect(await app.control.verifySystemUrl(provider.corpId)).toMatchObject({ ok: true });
  });
});

describe('the push log', () => {
  it('lists pushes in order and pages by id', async () => {
    const first = await app.control.pushTicket(suite.suiteId);
    const second = await app.control.pushTicket(suite.suiteId);
    expect((await app.control.pushes()).map((record) => record.id)).toEqual([first.id, second.id]);
    expect((await app.control.pushes({ after: first.id })).map((record) => record.id)).toEqual([second.id]);
  });
});
