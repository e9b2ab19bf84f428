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

describe('calls with a suite_access_token', () => {
  it.each([
    ['GET', 'service/get_pre_auth_code'],
    ['POST', 'service/set_session_info'],
    ['POST', 'service/v2/get_permanent_code'],
    ['POST', 'service/v2/get_auth_info'],
    ['POST', 'service/get_corp_token'],
  ])('refuse a missing, an unknown and an expired token: %s %s', async (method, path) => {
    const call = (query: Record<string, string>) =>
      method === 'GET' ? app.get(path, query) : app.post(path, {}, query);
    expect(await call({})).toMatchObject({ errcode: 41022 });
    expect(await call({ suite_access_token: 'nonsense' })).toMatchObject({ errcode: 40082 });
    const token = await app.suiteToken();
    await app.control.advanceClock(7201);
    expect(await call({ suite_access_token: token })).toMatchObject({ errcode: 42009 });
  });

  it('refuse a token that belongs to another suite than the body names', async () => {
    const token = await app.suiteToken(otherSuite);
    const body = { suite_id: suite.suiteId, auth_code: 'x'.repeat(64) };
    const answer = await app.post('service/v2/get_permanent_code', body, { suite_access_token: token });
    expect(answer).toMatchObject({ errcode: 48003 });
  });

  it('refuse a token killed early', async () => {
    const token = await app.suiteToken();
    expect(await app.control.invalidateTokens({ kind: 'suite' })).toEqual({ invalidated: 1 });
    expect(await app.get('service/get_pre_auth_code', { suite_access_token: token })).toMatchObject({ errcode: 40082 });
  });
});

describe('set_session_info', () => {
  it('refuses bad parameters and an auth_type that does not fit the release state', async () => {
    const token = await app.suiteToken();
    const pre_auth_code = await app.preAuthCode(token);
    const set = (body: unknown) => app.post('service/set_session_info', body, { suite_access_token: token });
    expect(await set({ session_info: {} })).toMatchObject({ errcode: 40058 });
    expect(await set({ pre_auth_code })).toMatchObject({ errcode: 40058 });
    expect(await set({ pre_auth_code, session_info: { auth_type: '0' } })).toMatchObject({ errcode: 40058 });
    expect(await set({ pre_auth_code, session_info: { auth_type: 1 } })).toMatchObject({ errcode: 40058 });
    expect(await set({ pre_auth_code, session_info: { appid: ['1'] } })).toMatchObject({ errcode: 40058 });
    expect(await set({ pre_auth_code: 'nonsense', session_info: {} })).toMatchObject({ errcode: 40077 });
    expect(await set({ pre_auth_code, session_info: { appid: [1], auth_type: 0 } })).toMatchObject({ errcode: 0 });
    await app.control.advanceClock(1201);
    expect(await set({ pre_auth_code, session_info: {} })).toMatchObject({ errcode: 42007 });
  });
});

describe('v2/get_permanent_code', () => {
  it('refuses a missing code and codes of the wrong length', async () => {
    const token = await app.suiteToken();
    const query = { suite_access_token: token };
    expect(await app.post('service/v2/get_permanent_code', {}, query)).toMatchObject({ errcode: 41008 });
    const short = await app.exchange('x'.repeat(63), token);
    expect(short).toMatchObject({ errcode: 40058 });
    expect(short.errmsg).toContain('auth_code exceed min length 64');
    expect(await app.exchange('x'.repeat(513), token)).toMatchObject({ errcode: 40058 });
    expect(await app.exchange('x'.repeat(64), token)).toMatchObject({ errcode: 40078 });
  });

  it('refuses a code the second time', async () => {
    const { authCode } = await app.control.install({ suiteId: suite.suiteId, corpId: corp.corpId });
    const token = await app.suiteToken();
    expect(await app.exchange(authCode, token)).toMatchObject({ errcode: 0 });
    expect(await app.exchange(authCode, token)).toMatchObject({ errcode: 40078 });
  });

  it('refuses a code after 600 seconds, of another suite, and of a corp that cancelled meanwhile', async () => {
    const token = await app.suiteToken();
    const first = await app.control.install({ suiteId: suite.suiteId, corpId: corp.corpId });
    expect(await app.exchange(first.authCode, await app.suiteToken(otherSuite))).toMatchObject({ errcode: 40078 });
    await app.control.advanceClock(601);
    expect(await app.exchange(first.authCode, token)).toMatchObject({ errcode: 40078 });
    const second = await app.control.install({ suiteId: suite.suiteId, corpId: otherCorp.corpId });
    await app.control.cancel(suite.suiteId, otherCorp.corpId, { push: false });
    expect(await app.exchange(second.authCode, token)).toMatchObject({ errcode: 40078 });
  });

  it('names the corp and its admin, and never the other corp', async () => {
    await app.control.install({ suiteId: suite.suiteId, corpId: otherCorp.corpId });
    const { authCode } = await app.control.install({ suiteId: suite.suiteId, corpId: corp.corpId });
    const answer = await app.exchange(authCode, await app.suiteToken());
    expect(answer).toMatchObject({
      errcode: 0,
      errmsg: 'ok',
      auth_corp_info: { corpid: corp.corpId, corp_name: corp.name },
      auth_user_info: { userid: 'woLiWei', open_userid: 'woLiWei' },
    });
    expect(answer).not.toHaveProperty('access_token');
    expect(answer).not.toHaveProperty('state');
  });

  it('returns the state of a QR installation', async () => {
    const request = { suiteId: suite.suiteId, corpId: corp.corpId, mode: 'qr', state: 'shop42' } as const;
    const { authCode } = await app.control.install(request);
    expect(await app.exchange(authCode, await app.suiteToken())).toMatchObject({ state: 'shop42' });
  });

  it('gives a new permanent code and a new agent after a cancel, and the same ones after a renewed consent', async () => {
    const first = await app.install(corp.corpId);
    const renewed = await app.install(corp.corpId);
    expect(renewed).toMatchObject({ permanentCode: first.permanentCode, agentId: first.agentId });
    await app.control.cancel(suite.suiteId, corp.corpId, { push: false });
    const again = await app.install(corp.corpId);
    expect(again.permanentCode).not.toBe(first.permanentCode);
    expect(again.agentId).not.toBe(first.agentId);
  });
});

describe('reset_permanent_code', () => {
  it('is refused for third-party apps', async () => {
    await app.install(corp.corpId);
    await expect(app.control.resetPermanentCode(suite.suiteId, corp.corpId)).rejects.toThrow('only customised apps');
  });

  it('keeps the old secret until the new code is exchanged, then only the new one works', async () => {
    const { permanentCode } = await app.install(corp.corpId, { mode: 'qr' }, template);
    const { authCode, push } = await app.control.resetPermanentCode(template.suiteId, corp.corpId);
    expect(push?.plaintext).toContain('reset_permanent_code');
    const old = { corpid: corp.corpId, corpsecret: permanentCode };
    expect(await app.get('gettoken', old)).toMatchObject({ errcode: 0 });
    const { permanent_code: fresh } = await app.exchange(authCode, await app.suiteToken(template));
    expect(fresh).not.toBe(permanentCode);
    expect(await app.get('gettoken', old)).toMatchObject({ errcode: 40001 });
    expect(await app.get('gettoken', { ...old, corpsecret: String(fresh) })).toMatchObject({ errcode: 0 });
  });
});

describe('v2/get_auth_info', () => {
  it('refuses missing fields, an unknown corp, a wrong code and a cancelled corp', async () => {
    const { suiteToken, permanentCode } = await app.install(corp.corpId);
    const ask = (body: unknown) => app.post('service/v2/get_auth_info', body, { suite_access_token: suiteToken });
    const good = { auth_corpid: corp.corpId, permanent_code: permanentCode };
    expect(await ask({ permanent_code: permanentCode })).toMatchObject({ errcode: 41002 });
    expect(await ask({ auth_corpid: corp.corpId })).toMatchObject({ errcode: 41025 });
    expect(await ask({ ...good, auth_corpid: 'wpNobody' })).toMatchObject({ errcode: 40013 });
    expect(await ask({ ...good, auth_corpid: corp.corpId.toLowerCase() })).toMatchObject({ errcode: 40013 });
    expect(await ask({ ...good, permanent_code: 'wrong' })).toMatchObject({ errcode: 40084 });
    expect(await ask({ ...good, auth_corpid: otherCorp.corpId })).toMatchObject({ errcode: 40084 });
    await app.control.cancel(suite.suiteId, corp.corpId, { push: false });
    expect(await ask(good)).toMatchObject({ errcode: 40084 });
  });

  it('shows agent and visible range as they are after a change', async () => {
    const { suiteToken, permanentCode, agentId } = await app.install(corp.corpId);
    await app.control.change(suite.suiteId, corp.corpId, {
      visibleRange: { departmentIds: [2], userIds: ['woChenYu'], tagIds: [7] },
    });
    const body = { auth_corpid: corp.corpId, permanent_code: permanentCode };
    const answer = await app.post('service/v2/get_auth_info', body, { suite_access_token: suiteToken });
    expect(answer).toMatchObject({
      errcode: 0,
      auth_corp_info: { corpid: corp.corpId, corp_user_max: 1000, corp_type: 'verified' },
      auth_info: {
        agent: [
          {
            agentid: agentId,
            name: suite.name,
            auth_mode: 0,
            is_customized_app: false,
            privilege: { level: 1, allow_party: [2], allow_user: ['woChenYu'], allow_tag: [7] },
          },
        ],
      },
    });
  });
});
