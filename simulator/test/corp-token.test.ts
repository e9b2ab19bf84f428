import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SampleApp } from './support/sample-app.ts';
import { corp, otherCorp, otherSuite, suite, template, world } from './support/sample-world.ts';

let app: SampleApp;

beforeAll(async () => {
  app = await SampleApp.start();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.control.reset();
  await app.control.seed(world);
});

describe('get_corp_token', () => {
  it("refuses missing fields, an unknown corp, and another corp's or suite's permanent code", async () => {
    const { suiteToken, permanentCode } = await app.install(corp.corpId);
    const query = { suite_access_token: suiteToken };
    const path = 'service/get_corp_token';
    expect(await app.post(path, { permanent_code: permanentCode }, query)).toMatchObject({ errcode: 41002 });
    expect(await app.post(path, { auth_corpid: corp.corpId }, query)).toMatchObject({ errcode: 41025 });
    expect(await app.corpToken('wpNobody', permanentCode, suiteToken)).toMatchObject({ errcode: 40013 });
    expect(await app.corpToken(corp.corpId, 'wrong', suiteToken)).toMatchObject({ errcode: 40084 });
    expect(await app.corpToken(otherCorp.corpId, permanentCode, suiteToken)).toMatchObject({ errcode: 40084 });
    const other = await app.suiteToken(otherSuite);
    expect(await app.corpToken(corp.corpId, permanentCode, other)).toMatchObject({ errcode: 40084 });
  });

  it('refuses customised apps with 40084', async () => {
    const { permanentCode } = await app.install(corp.corpId, {}, template);
    const token = await app.suiteToken(template);
    expect(await app.corpToken(corp.corpId, permanentCode, token)).toMatchObject({ errcode: 40084 });
  });

  it('refuses a corp that cancelled, and the token it gave before', async () => {
    const { suiteToken, permanentCode, accessToken } = await app.accessToken(corp.corpId);
    await app.control.cancel(suite.suiteId, corp.corpId, { push: false });
    expect(await app.corpToken(corp.corpId, permanentCode, suiteToken)).toMatchObject({ errcode: 40084 });
    expect(await app.send(accessToken, {})).toMatchObject({ errcode: 48004 });
  });

  it('answers without errcode, and the same token again while it lives', async () => {
    const { suiteToken, permanentCode } = await app.install(corp.corpId);
    const first = await app.corpToken(corp.corpId, permanentCode, suiteToken);
    expect(Object.keys(first)).toEqual(['access_token', 'expires_in']);
    await app.control.advanceClock(100);
    const second = await app.corpToken(corp.corpId, permanentCode, suiteToken);
    expect(second.access_token).toBe(first.access_token);
    expect(Number(second.expires_in)).toBeLessThanOrEqual(7100);
  });

  it('says the full lifetime again when so switched', async () => {
    await app.control.changeSettings({ repeatedExpiresIn: 'full' });
    const { suiteToken, permanentCode } = await app.accessToken(corp.corpId);
    await app.control.advanceClock(100);
    expect(await app.corpToken(corp.corpId, permanentCode, suiteToken)).toMatchObject({ expires_in: 7200 });
  });

  it.each([
    ['new-keeps-old', 82001],
    ['new-kills-old', 40014],
  ] as const)('in mode %s the previous token answers %i after a new one was issued', async (tokenMode, errcode) => {
    await app.control.changeSettings({ tokenMode });
    const { suiteToken, permanentCode, accessToken } = await app.accessToken(corp.corpId);
    const { access_token: newest } = await app.corpToken(corp.corpId, permanentCode, suiteToken);
    expect(newest).not.toBe(accessToken);
    expect(await app.send(accessToken, { msgtype: 'text', agentid: 1000002, text: { content: 'x' } })).toMatchObject({
      errcode,
    });
  });
});

describe('gettoken', () => {
  it('refuses missing parameters, POST, an unknown corp, a wrong secret, and third-party permanent codes', async () => {
    const { permanentCode } = await app.install(corp.corpId);
    expect(await app.get('gettoken')).toMatchObject({ errcode: 41002 });
    expect(await app.get('gettoken', { corpid: corp.corpId })).toMatchObject({ errcode: 41004 });
    expect(await app.post('gettoken', {})).toMatchObject({ errcode: 40058 });
    expect(await app.get('gettoken', { corpid: 'wpNobody', corpsecret: 'x' })).toMatchObject({ errcode: 40013 });
    expect(await app.get('gettoken', { corpid: corp.corpId, corpsecret: 'x' })).toMatchObject({ errcode: 40001 });
    const thirdParty = { corpid: corp.corpId, corpsecret: permanentCode };
    expect(await app.get('gettoken', thirdParty)).toMatchObject({ errcode: 40001 });
  });

  it('refuses a customised app that the corp disabled or cancelled', async () => {
    const { permanentCode } = await app.install(corp.corpId, {}, template);
    const query = { corpid: corp.corpId, corpsecret: permanentCode };
    await app.control.change(template.suiteId, corp.corpId, { disabled: true, push: false });
    expect(await app.get('gettoken', query)).toMatchObject({ errcode: 40001 });
    await app.control.change(template.suiteId, corp.corpId, { disabled: false, push: false });
    expect(await app.get('gettoken', query)).toMatchObject({ errcode: 0, errmsg: 'ok', expires_in: 7200 });
    await app.control.cancel(template.suiteId, corp.corpId, { push: false });
    expect(await app.get('gettoken', query)).toMatchObject({ errcode: 40001 });
  });
});

describe('a corp token', () => {
  it('is refused when missing, of another kind, expired, or killed early', async () => {
    const { accessToken, suiteToken } = await app.accessToken(corp.corpId);
    expect(await app.post('message/send', { access_token: accessToken })).toMatchObject({ errcode: 41001 });
    expect(await app.send('nonsense', {})).toMatchObject({ errcode: 40014 });
    expect(await app.send(suiteToken, {})).toMatchObject({ errcode: 40014 });
    expect(await app.control.invalidateTokens({ corpId: otherCorp.corpId })).toEqual({ invalidated: 0 });
    expect(await app.control.invalidateTokens({ corpId: corp.corpId })).toEqual({ invalidated: 1 });
    expect(await app.send(accessToken, {})).toMatchObject({ errcode: 40014 });
    await app.control.changeSettings({ invalidatedTokenErrcode: 42001 });
    expect(await app.send(accessToken, {})).toMatchObject({ errcode: 42001 });
    const { accessToken: fresh } = await app.accessToken(corp.corpId);
    await app.control.advanceClock(7201);
    expect(await app.send(fresh, {})).toMatchObject({ errcode: 42001 });
  });

  it('of an earlier installation does not work for the next one', async () => {
    const { accessToken } = await app.accessToken(corp.corpId);
    await app.control.cancel(suite.suiteId, corp.corpId, { push: false });
    await app.install(corp.corpId);
    expect(await app.send(accessToken, {})).toMatchObject({ errcode: 40014 });
  });
});

describe('agent/get', () => {
  it('refuses a missing, an unknown and a foreign agentid', async () => {
    const { accessToken } = await app.accessToken(corp.corpId);
    const other = await app.install(corp.corpId, {}, otherSuite);
    const ask = (agentid: string) => app.get('agent/get', { access_token: accessToken, agentid });
    expect(await app.get('agent/get', { access_token: accessToken })).toMatchObject({ errcode: 41011 });
    expect(await ask('99')).toMatchObject({ errcode: 40056 });
    expect(await ask('abc')).toMatchObject({ errcode: 40056 });
    expect(await ask(String(other.agentId))).toMatchObject({ errcode: 301002 });
  });

  it('shows range, switch and, for customised apps, the publish status', async () => {
    const { accessToken, agentId } = await app.accessToken(corp.corpId, { visibleRange: { userIds: ['woLiWei'] } });
    await app.control.change(suite.suiteId, corp.corpId, { disabled: true, push: false });
    const answer = await app.get('agent/get', { access_token: accessToken, agentid: String(agentId) });
    expect(answer).toMatchObject({
      errcode: 0,
      agentid: agentId,
      close: 1,
      allow_userinfos: { user: [{ userid: 'woLiWei' }] },
      allow_partys: { partyid: [] },
    });
    expect(answer).not.toHaveProperty('customized_publish_status');
    const customised = await app.accessToken(corp.corpId, {}, template);
    await app.control.change(template.suiteId, corp.corpId, { publishStatus: 2, push: false });
    const query = { access_token: customised.accessToken, agentid: String(customised.agentId) };
    expect(await app.get('agent/get', query)).toMatchObject({ customized_publish_status: 2 });
  });
});
