import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Secret } from '../../src/modules/platform/secrets/secret.js';
import { MessageApi } from '../../src/modules/wecom/message-api.js';
import { WecomClient } from '../../src/modules/wecom/wecom.client.js';
import { WecomHttpError, WecomUnreadableError } from '../../src/modules/wecom/wecom.errors.js';
import { WecomClientOptions } from '../../src/modules/wecom/wecom-client-options.js';
import { failureOf, ScriptedWecom } from './scripted-wecom.js';

const wecom = new ScriptedWecom();
const token = Secret.of('corp-token');
const body = Buffer.from('{"touser":"woAbC|woDeF","msgtype":"text","agentid":1000002,"text":{"content":"今天 18 点"}}');
let client: WecomClient;
let messages: MessageApi;

beforeAll(async () => {
  Logger.overrideLogger(false);
  client = new WecomClient(new WecomClientOptions({ baseUrl: await wecom.start(), timeoutMs: 2_000 }));
  messages = new MessageApi(client);
});

afterAll(async () => {
  await wecom.stop();
  await client.onApplicationShutdown();
});

describe('message/send', () => {
  it('sends exactly the given bytes with the corp token', async () => {
    wecom.answer({ errcode: 0, errmsg: 'ok', msgid: 'm-1', response_code: 'rc-1' });
    const reply = await messages.send(token, new Uint8Array(body));
    expect(reply).toEqual({
      errcode: 0,
      errmsg: 'ok',
      msgid: 'm-1',
      responseCode: 'rc-1',
      invalidUsers: [],
      invalidParties: [],
      invalidTags: [],
      unlicensedUsers: [],
      wrongJsonWarning: false,
    });
    const sent = wecom.requests.at(-1);
    expect(sent?.body).toBe(body.toString());
    expect(sent?.method).toBe('POST');
    expect(sent?.url.pathname + (sent?.url.search ?? '')).toBe('/cgi-bin/message/send?access_token=corp-token');
  });

  it('sends the bytes of a view, not of the buffer behind it', async () => {
    wecom.answer({ errcode: 0 });
    const padded = Buffer.concat([Buffer.from('xxxx'), body, Buffer.from('yyyy')]);
    await messages.send(token, new Uint8Array(padded.buffer, padded.byteOffset + 4, body.length));
    expect(wecom.requests.at(-1)?.body).toBe(body.toString());
  });

  it.each([
    ['absent', undefined, []],
    ['null', null, []],
    ['an empty string', '', []],
    ['an empty list', [], []],
    ['a joined string', 'woA|woB', ['woA', 'woB']],
    ['blanks and empty parts', ' woA | | woB|', ['woA', 'woB']],
    ['a list', ['woA', 'woB'], ['woA', 'woB']],
    ['a list of joined strings', ['woA|woB', ''], ['woA', 'woB']],
    ['numbers', [7, 8], ['7', '8']],
    ['one number', 7, ['7']],
    ['an object', { a: 1 }, []],
    ['a list of anything', ['woA', null, { a: 1 }, [], true], ['woA']],
  ])('reads lists that are %s', async (_what, value, expected) => {
    wecom.answer({ errcode: 0, invaliduser: value, invalidparty: value, invalidtag: value, unlicenseduser: value });
    expect(await messages.send(token, body)).toMatchObject({
      invalidUsers: expected,
      invalidParties: expected,
      invalidTags: expected,
      unlicensedUsers: expected,
    });
  });

  it('keeps the case of ids', async () => {
    wecom.answer({ errcode: 0, invaliduser: 'woAbC|wodef' });
    expect((await messages.send(token, body)).invalidUsers).toEqual(['woAbC', 'wodef']);
  });

  it.each([
    [81013, 'user & party & tag all invalid'],
    [42001, 'access_token expired'],
    [-1, 'system busy'],
    [99999999, 'news to us'],
  ])('returns errcode %d instead of throwing', async (errcode, errmsg) => {
    wecom.answer({ errcode, errmsg, invaliduser: ['woA'], msgid: 'm-2' });
    expect(await messages.send(token, body)).toMatchObject({ errcode, errmsg, invalidUsers: ['woA'], msgid: 'm-2' });
  });

  it('flags the warning about wrong JSON only when the send was accepted', async () => {
    wecom.answer({ errcode: 0, errmsg: 'ok. Warning: wrong json format. ' });
    expect((await messages.send(token, body)).wrongJsonWarning).toBe(true);
    wecom.answer({ errcode: 40058, errmsg: 'Warning: wrong json format. ' });
    expect((await messages.send(token, body)).wrongJsonWarning).toBe(false);
  });

  it('hides a token that errmsg echoes', async () => {
    wecom.answer({ errcode: 40014, errmsg: 'invalid corp-token' });
    expect((await messages.send(token, body)).errmsg).toBe('invalid [secret]');
  });

  it.each([
    ['errcode missing', '{"msgid":"m"}'],
    ['errcode null', '{"errcode":null}'],
    ['errcode text', '{"errcode":"ok"}'],
    ['no object', '"ok"'],
    ['no JSON', 'ok'],
  ])('treats %s as unknown, not as failed', async (_what, answer) => {
    wecom.answer(answer);
    const error = await failureOf(messages.send(token, body));
    expect(error).toBeInstanceOf(WecomUnreadableError);
    expect(error).toMatchObject({ sent: 'maybe' });
  });

  it('throws for a status other than 200', async () => {
    wecom.answer('<html>', 503);
    await expect(messages.send(token, body)).rejects.toBeInstanceOf(WecomHttpError);
  });

  it('reads strange msgid and response_code as none', async () => {
    wecom.answer({ errcode: 0, msgid: 12, response_code: '' });
    expect(await messages.send(token, body)).toMatchObject({ msgid: undefined, responseCode: undefined });
  });
});
