import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Secret } from '../../src/modules/platform/secrets/secret.js';
import { AgentApi } from '../../src/modules/wecom/agent-api.js';
import { SuiteApi } from '../../src/modules/wecom/suite-api.js';
import { WecomClient } from '../../src/modules/wecom/wecom.client.js';
import { WecomApiError, WecomUnreadableError } from '../../src/modules/wecom/wecom.errors.js';
import { WecomClientOptions } from '../../src/modules/wecom/wecom-client-options.js';
import { failureOf, ScriptedWecom } from './scripted-wecom.js';

const wecom = new ScriptedWecom();
const suiteToken = Secret.of('suite-token');
const grant = { corpId: 'wpCorpA', permanentCode: Secret.of('perm-code') };
let client: WecomClient;
let suites: SuiteApi;
let agents: AgentApi;

beforeAll(async () => {
  Logger.overrideLogger(false);
  client = new WecomClient(new WecomClientOptions({ baseUrl: await wecom.start(), timeoutMs: 2_000 }));
  suites = new SuiteApi(client);
  agents = new AgentApi(client);
});

afterAll(async () => {
  await wecom.stop();
  await client.onApplicationShutdown();
});

function lastRequest() {
  const last = wecom.requests.at(-1);
  return {
    line: `${last?.method} ${last?.url.pathname}${last?.url.search}`,
    body: last?.body ? JSON.parse(last.body) : undefined,
  };
}

describe('token endpoints', () => {
  const calls = [
    {
      name: 'get_suite_token',
      field: 'suite_access_token',
      line: 'POST /cgi-bin/service/get_suite_token',
      body: { suite_id: 'ww1', suite_secret: 'sec', suite_ticket: 'tick' },
      call: () =>
        suites.getSuiteToken({ suiteId: 'ww1', suiteSecret: Secret.of('sec'), suiteTicket: Secret.of('tick') }),
    },
    {
      name: 'get_provider_token',
      field: 'provider_access_token',
      line: 'POST /cgi-bin/service/get_provider_token',
      body: { corpid: 'wwProvider', provider_secret: 'psec' },
      call: () => suites.getProviderToken({ providerCorpId: 'wwProvider', providerSecret: Secret.of('psec') }),
    },
    {
      name: 'get_corp_token',
      field: 'access_token',
      line: 'POST /cgi-bin/service/get_corp_token?suite_access_token=suite-token',
      body: { auth_corpid: 'wpCorpA', permanent_code: 'perm-code' },
      call: () => suites.getCorpToken(suiteToken, grant),
    },
    {
      name: 'gettoken',
      field: 'access_token',
      line: 'GET /cgi-bin/gettoken?corpid=wpCorpA&corpsecret=perm-code',
      body: undefined,
      call: () => suites.getToken(grant),
    },
  ];

  describe.each(calls)('$name', ({ field, line, body, call }) => {
    it('answers a wrapped token when errcode is absent', async () => {
      wecom.answer({ [field]: 'fresh', expires_in: 7200, something_new: [1] });
      const issued = await call();
      expect(issued.token.reveal()).toBe('fresh');
      expect(issued.expiresInSeconds).toBe(7200);
      expect(inspect(issued) + JSON.stringify(issued)).not.toContain('fresh');
      expect(lastRequest()).toEqual({ line, body });
    });

    it('answers it with errcode 0 as well', async () => {
      wecom.answer({ errcode: 0, errmsg: 'ok', [field]: 'fresh', expires_in: 7200 });
      expect((await call()).token.reveal()).toBe('fresh');
    });

    it.each([
      ['no token', { errcode: 0, errmsg: 'ok', expires_in: 7200 }],
      ['an empty token', { [field]: '', expires_in: 7200 }],
      ['a token of another type', { [field]: 12345, expires_in: 7200 }],
      ['no lifetime', { [field]: 'fresh' }],
      ['a lifetime as text', { [field]: 'fresh', expires_in: '7200' }],
      ['a lifetime of zero', { [field]: 'fresh', expires_in: 0 }],
    ])('does not take %s for success', async (_what, answer) => {
      wecom.answer(answer);
      const error = await failureOf(call());
      expect(error).toBeInstanceOf(WecomUnreadableError);
      expect(inspect(error)).not.toContain('fresh');
      expect(inspect(error)).not.toContain('12345');
    });

    it('throws the errcode even if a token comes along', async () => {
      wecom.answer({ errcode: 40001, errmsg: 'bad secret', [field]: 'fresh', expires_in: 7200 });
      expect(await failureOf(call())).toMatchObject({ name: 'WecomApiError', errcode: 40001 });
    });
  });
});

describe('pre_auth_code', () => {
  it('is fetched with the suite token', async () => {
    wecom.answer({ errcode: 0, errmsg: 'ok', pre_auth_code: 'pre', expires_in: 1200 });
    const { preAuthCode, expiresInSeconds } = await suites.getPreAuthCode(suiteToken);
    expect([preAuthCode.reveal(), expiresInSeconds]).toEqual(['pre', 1200]);
    expect(lastRequest().line).toBe('GET /cgi-bin/service/get_pre_auth_code?suite_access_token=suite-token');
  });

  it.each([
    ['test', 1],
    ['formal', 0],
  ] as const)('gets its session set to %s', async (installMode, authType) => {
    wecom.answer({ errcode: 0, errmsg: 'ok' });
    await suites.setSessionInfo(suiteToken, { preAuthCode: Secret.of('pre'), installMode });
    expect(lastRequest().body).toEqual({ pre_auth_code: 'pre', session_info: { auth_type: authType } });
  });

  it('needs an explicit errcode 0 for set_session_info, which answers nothing else', async () => {
    wecom.answer({});
    await expect(
      suites.setSessionInfo(suiteToken, { preAuthCode: Secret.of('pre'), installMode: 'test' }),
    ).rejects.toBeInstanceOf(WecomUnreadableError);
  });
});

describe('the permanent code', () => {
  const full = {
    errcode: 0,
    errmsg: 'ok',
    permanent_code: 'perm-new',
    auth_corp_info: { corpid: 'wpCorpA', corp_name: '某公司', later_field: 1 },
    auth_user_info: { userid: 'woAdmin', open_userid: 'woAdmin', name: '张三', avatar: 'https://a/b.png' },
    register_code_info: { register_code: 'reg', template_id: 'tpl', state: 's1' },
    state: 's2',
  };

  it('comes with corp, admin and state, and its secrets wrapped', async () => {
    wecom.answer(full);
    const got = await suites.getPermanentCode(suiteToken, Secret.of('auth-code'));
    expect(lastRequest()).toEqual({
      line: 'POST /cgi-bin/service/v2/get_permanent_code?suite_access_token=suite-token',
      body: { auth_code: 'auth-code' },
    });
    expect(got.permanentCode.reveal()).toBe('perm-new');
    expect(got.register?.registerCode?.reveal()).toBe('reg');
    expect(JSON.parse(JSON.stringify(got))).toEqual({
      permanentCode: '[secret]',
      corp: { corpId: 'wpCorpA', corpName: '某公司' },
      user: { userId: 'woAdmin', openUserId: 'woAdmin', name: '张三', avatarUrl: 'https://a/b.png' },
      register: { registerCode: '[secret]', templateId: 'tpl', state: 's1' },
      state: 's2',
    });
  });

  it.each([
    ['errcode is absent', { ...full, errcode: undefined }],
    ['the rest is missing', { errcode: 0, permanent_code: 'perm-new', auth_corp_info: { corpid: 'wpCorpA' } }],
    [
      'the rest has wrong types',
      {
        errcode: 0,
        permanent_code: 'perm-new',
        auth_corp_info: { corpid: 'wpCorpA', corp_name: 7 },
        auth_user_info: [1, 2],
        register_code_info: 'none',
        state: { a: 1 },
      },
    ],
  ])('is not lost when %s', async (_what, answer) => {
    wecom.answer(answer);
    const got = await suites.getPermanentCode(suiteToken, Secret.of('auth-code'));
    expect(got.permanentCode.reveal()).toBe('perm-new');
    expect(got.corp.corpId).toBe('wpCorpA');
  });

  it.each([
    ['the code', { ...full, permanent_code: '' }, 'permanentCode'],
    ['the corp', { ...full, auth_corp_info: undefined }, 'corp'],
    ['the corp id', { ...full, auth_corp_info: { corp_name: 'x' } }, 'corp.corpId'],
    ['a corp that is an object', { ...full, auth_corp_info: 'wpCorpA' }, 'corp'],
  ])('is unreadable without %s', async (_what, answer, field) => {
    wecom.answer(answer);
    const error = await failureOf(suites.getPermanentCode(suiteToken, Secret.of('auth-code')));
    expect(error).toBeInstanceOf(WecomUnreadableError);
    expect(error).toMatchObject({ sent: 'maybe', reason: field });
    expect(inspect(error, { depth: 10 })).not.toContain('perm-new');
  });

  it('reports a code that was used already', async () => {
    wecom.answer({ errcode: 40078, errmsg: 'invalid authcode, hint: [h-1]' });
    const error = await failureOf(suites.getPermanentCode(suiteToken, Secret.of('auth-code')));
    expect(error).toBeInstanceOf(WecomApiError);
    expect(error).toMatchObject({ errcode: 40078, hint: 'h-1', sent: 'no' });
  });
});

describe('authorisation info', () => {
  it('gives corp, agents and privileges', async () => {
    wecom.answer({
      errcode: 0,
      auth_corp_info: { corpid: 'wpCorpA', corp_name: '某公司', corp_user_max: 500, subject_type: 1 },
      auth_info: {
        agent: [
          {
            agentid: 1000002,
            name: '巡检',
            auth_mode: 0,
            is_customized_app: false,
            privilege: { level: 1, allow_party: [1, 'x'], allow_user: ['woA', 7], allow_tag: [] },
            shared_from: { corpid: 'wpParent', share_type: 1 },
          },
        ],
      },
      dealer_corp_info: { corpid: 'wpDealer', corp_name: '代理' },
    });
    const info = await suites.getAuthInfo(suiteToken, grant);
    expect(info.corp).toMatchObject({ corpId: 'wpCorpA', corpName: '某公司', userMax: 500, subjectType: 1 });
    expect(info.agents).toHaveLength(1);
    expect(info.agents[0]).toMatchObject({
      agentId: 1000002,
      authMode: 0,
      isCustomizedApp: false,
      privilege: { level: 1, allowedParties: [1], allowedUsers: ['woA'], allowedTags: [], extraUsers: [] },
      sharedFrom: { corpId: 'wpParent', shareType: 1 },
    });
    expect(info.dealer).toMatchObject({ corpId: 'wpDealer' });
    expect(lastRequest()).toEqual({
      line: 'POST /cgi-bin/service/v2/get_auth_info?suite_access_token=suite-token',
      body: { auth_corpid: 'wpCorpA', permanent_code: 'perm-code' },
    });
  });

  it.each([
    ['auth_info is absent', {}],
    ['agent is null', { auth_info: { agent: null } }],
    ['auth_info is a list', { auth_info: [] }],
  ])('has no agents when %s', async (_what, part) => {
    wecom.answer({ auth_corp_info: { corpid: 'wpCorpA' }, ...part });
    expect((await suites.getAuthInfo(suiteToken, grant)).agents).toEqual([]);
  });

  it.each([
    ['no agentid', { name: 'x' }],
    ['an agentid as text', { agentid: '1000002' }],
    ['something else', 'agent'],
  ])('is unreadable when an agent has %s', async (_what, agent) => {
    wecom.answer({ auth_corp_info: { corpid: 'wpCorpA' }, auth_info: { agent: [agent] } });
    const error = await failureOf(suites.getAuthInfo(suiteToken, grant));
    expect(error).toBeInstanceOf(WecomUnreadableError);
    expect(error.message).toContain('agentId');
  });

  it('survives keys that mean something to JavaScript', async () => {
    wecom.answer('{"__proto__":{"x":1},"constructor":7,"auth_corp_info":{"corpid":"wpCorpA","constructor":{"a":1}}}');
    const result = await suites.getAuthInfo(suiteToken, grant).catch((error: unknown) => error);
    expect(result instanceof WecomUnreadableError || (result as { corp: object }).corp).toBeTruthy();
    expect(Reflect.get({}, 'x')).toBeUndefined();
  });
});

describe('agent/get', () => {
  it('gives the visible range and whether the app is off', async () => {
    wecom.answer({
      errcode: 0,
      errmsg: 'ok',
      agentid: 1000002,
      name: '巡检',
      allow_userinfos: { user: [{ userid: 'woA' }, { userid: 'woB' }, {}] },
      allow_partys: { partyid: [1, 2] },
      allow_tags: { tagid: [3] },
      close: 1,
      home_url: 'https://app.example',
      customized_publish_status: 2,
    });
    expect(await agents.getAgent(Secret.of('corp-token'), 1000002)).toEqual({
      agentId: 1000002,
      name: '巡检',
      description: undefined,
      squareLogoUrl: undefined,
      closed: true,
      visibleUsers: ['woA', 'woB'],
      visibleParties: [1, 2],
      visibleTags: [3],
      redirectDomain: undefined,
      homeUrl: 'https://app.example',
      customizedPublishStatus: 2,
    });
    expect(lastRequest().line).toBe('GET /cgi-bin/agent/get?access_token=corp-token&agentid=1000002');
  });

  it('reads missing ranges as empty', async () => {
    wecom.answer({ errcode: 0, agentid: 1000002 });
    expect(await agents.getAgent(Secret.of('corp-token'), 1000002)).toMatchObject({
      closed: false,
      visibleUsers: [],
      visibleParties: [],
      visibleTags: [],
    });
  });

  it('needs errcode 0', async () => {
    wecom.answer({ agentid: 1000002 });
    await expect(agents.getAgent(Secret.of('corp-token'), 1000002)).rejects.toBeInstanceOf(WecomUnreadableError);
  });
});
