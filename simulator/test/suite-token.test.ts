import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SampleApp } from './support/sample-app.ts';
import { corp, otherSuite, provider, suite, world } from './support/sample-world.ts';

let app: SampleApp;

beforeAll(async () => {
  app = await SampleApp.start();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.control.reset();
  await app.control.seed(world);
});

describe('get_suite_token', () => {
  const path = 'service/get_suite_token';

  it.each([
    ['suite_id', 41021],
    ['suite_secret', 41024],
    ['suite_ticket', 41023],
  ])('refuses a body without %s with %i', async (name, errcode) => {
    const body = { suite_id: suite.suiteId, suite_secret: suite.secret, suite_ticket: await app.ticket() };
    expect(await app.post(path, { ...body, [name]: undefined })).toMatchObject({ errcode });
  });

  it('refuses an unknown suite, a wrong secret and an unknown ticket', async () => {
    const body = { suite_id: suite.suiteId, suite_secret: suite.secret, suite_ticket: await app.ticket() };
    expect(await app.post(path, { ...body, suite_id: 'wwNobody' })).toMatchObject({ errcode: 40083 });
    expect(await app.post(path, { ...body, suite_secret: 'wrong' })).toMatchObject({ errcode: 40080 });
    expect(await app.post(path, { ...body, suite_ticket: 'wrong' })).toMatchObject({ errcode: 40085 });
  });

  it("refuses another suite's ticket", async () => {
    const suite_ticket = await app.ticket(otherSuite.suiteId);
    const body = { suite_id: suite.suiteId, suite_secret: suite.secret, suite_ticket };
    expect(await app.post(path, body)).toMatchObject({ errcode: 40085 });
  });

  it('refuses a ticket 30 minutes after its push', async () => {
    const body = { suite_id: suite.suiteId, suite_secret: suite.secret, suite_ticket: await app.ticket() };
    await app.control.advanceClock(1799);
    expect(await app.post(path, body)).toHaveProperty('suite_access_token');
    await app.control.advanceClock(2);
    expect(await app.post(path, body)).toMatchObject({ errcode: 40085 });
  });

  it('refuses GET, a form, broken JSON, a JSON list and \\uXXXX escapes', async () => {
    expect(await app.get(path)).toMatchObject({ errcode: 40058 });
    expect(await app.postRaw(path, 'suite_id=wwSuite01')).toMatchObject({ errcode: 47001 });
    expect(await app.postRaw(path, '{"suite_id":')).toMatchObject({ errcode: 47001 });
    expect(await app.postRaw(path, '[]')).toMatchObject({ errcode: 47001 });
    expect(await app.postRaw(path, '')).toMatchObject({ errcode: 47001 });
    expect(await app.postRaw(path, Buffer.from('{"suite_id":"\xff"}', 'latin1'))).toMatchObject({ errcode: 47001 });
    expect(await app.postRaw(path, '{"suite_id":"\\u4f60"}')).toMatchObject({ errcode: 40033 });
    expect(await app.postRaw(path, '{"suite_id":"\\\\u4f60"}')).toMatchObject({ errcode: 41024 });
  });

  it('answers without errcode on success', async () => {
    const body = { suite_id: suite.suiteId, suite_secret: suite.secret, suite_ticket: await app.ticket() };
    const answer = await app.post(path, body);
    expect(Object.keys(answer)).toEqual(['suite_access_token', 'expires_in']);
    expect(answer.expires_in).toBe(7200);
  });

  it('puts hint, address and help link behind the text of a failure', async () => {
    const { errmsg } = await app.post(path, {});
    expect(errmsg).toMatch(
      /^suite_id missing, .*hint: \[\d+\], from ip: 127\.0\.0\.1, more info at https:\/\/open\.work\.weixin\.qq\.com\/devtool\/query\?e=41021$/,
    );
  });
});

describe('the IP allow-list', () => {
  it('refuses callers that are not listed with 60020, also with a living token', async () => {
    const { accessToken } = await app.accessToken(corp.corpId);
    await app.control.putProvider({ ...provider, ipAllowList: ['10.0.0.1;222.209.201.*'] });
    const body = { suite_id: suite.suiteId, suite_secret: suite.secret, suite_ticket: await app.ticket() };
    expect(await app.post('service/get_suite_token', body)).toMatchObject({ errcode: 60020 });
    expect(await app.get('agent/get', { access_token: accessToken, agentid: '1' })).toMatchObject({ errcode: 60020 });
  });

  it('takes wildcards', async () => {
    await app.control.putProvider({ ...provider, ipAllowList: ['10.0.0.1;127.0.0.*'] });
    expect(await app.suiteToken()).not.toBe('undefined');
  });
});

describe('get_provider_token', () => {
  const path = 'service/get_provider_token';

  it('refuses missing fields, an unknown corp and a wrong secret', async () => {
    expect(await app.post(path, {})).toMatchObject({ errcode: 41002 });
    expect(await app.post(path, { corpid: provider.corpId })).toMatchObject({ errcode: 41004 });
    const wrong = { corpid: provider.corpId, provider_secret: 'wrong' };
    expect(await app.post(path, wrong)).toMatchObject({ errcode: 40001 });
    expect(await app.post(path, { ...wrong, corpid: 'wwNobody' })).toMatchObject({ errcode: 40013 });
    expect(await app.post(path, { ...wrong, corpid: corp.corpId })).toMatchObject({ errcode: 40091 });
  });

  it('repeats the living token, counting down, and answers without errcode', async () => {
    const body = { corpid: provider.corpId, provider_secret: provider.secret };
    const first = await app.post(path, body);
    expect(Object.keys(first)).toEqual(['provider_access_token', 'expires_in']);
    await app.control.advanceClock(200);
    const second = await app.post(path, body);
    expect(second.provider_access_token).toBe(first.provider_access_token);
    expect(Number(second.expires_in)).toBeLessThanOrEqual(7000);
    await app.control.advanceClock(7001);
    expect((await app.post(path, body)).provider_access_token).not.toBe(first.provider_access_token);
  });
});

describe('too many wrong secrets', () => {
  it('bar the IP from token calls for an hour, right secret or not', async () => {
    await app.control.changeSettings({ wrongSecretLimit: 3 });
    const suite_ticket = await app.ticket();
    const good = { suite_id: suite.suiteId, suite_secret: suite.secret, suite_ticket };
    for (let count = 0; count < 3; count++) {
      expect(await app.post('service/get_suite_token', { ...good, suite_secret: 'x' })).toMatchObject({
        errcode: 40080,
      });
    }
    expect(await app.post('service/get_suite_token', good)).toMatchObject({ errcode: 45009 });
    expect((await app.control.stats()).bannedIps).toBe(1);
    await app.control.advanceClock(3601);
    expect(await app.suiteToken()).not.toBe('undefined');
  });
});
