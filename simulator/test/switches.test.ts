import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CallbackReceiver } from './support/callback-receiver.ts';
import { notice, SampleApp } from './support/sample-app.ts';
import { corp, provider, suite, template, world } from './support/sample-world.ts';

let app: SampleApp;
let receiver: CallbackReceiver;

beforeAll(async () => {
  receiver = await new CallbackReceiver().start();
  app = await SampleApp.start();
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
});

async function installLink(): Promise<string> {
  const pre_auth_code = await app.preAuthCode(await app.suiteToken());
  const query = { suite_id: suite.suiteId, pre_auth_code, redirect_uri: 'https://app.example.com/' };
  return `/3rdapp/install?${new URLSearchParams(query)}`;
}

describe('what the documents leave open can be switched', () => {
  it('a pre_auth_code may install more than once', async () => {
    await app.control.changeSettings({ preAuthCodeSingleUse: false });
    const link = await installLink();
    await app.control.approveInstall(link, corp.corpId);
    expect(await app.control.approveInstall(link, corp.corpId)).toContain('auth_code=');
  });

  it('set_session_info may take any auth_type', async () => {
    await app.control.changeSettings({ sessionInfoRule: 'lenient' });
    const suite_access_token = await app.suiteToken();
    const pre_auth_code = await app.preAuthCode(suite_access_token);
    const body = { pre_auth_code, session_info: { auth_type: 1 } };
    expect(await app.post('service/set_session_info', body, { suite_access_token })).toMatchObject({ errcode: 0 });
  });

  it('the install link may push create_auth besides the redirect', async () => {
    await app.control.putSuite({ ...suite, commandUrl: receiver.url('/command') });
    await app.control.changeSettings({ installLinkPushesCreateAuth: true });
    const arrived = new Promise<void>((resolve) => {
      receiver.answer = (response, callback) => {
        response.end('success');
        if (callback.path === '/command' && receiver.received.length === 2) resolve();
      };
    });
    const location = await app.control.approveInstall(await installLink(), corp.corpId);
    await arrived;
    expect(new URL(location).searchParams.has('auth_code')).toBe(true);
  });

  it('a reinstallation may keep permanent code and agent', async () => {
    await app.control.changeSettings({ reinstallPermanentCode: 'same', reinstallAgentId: 'same' });
    const first = await app.install(corp.corpId);
    await app.control.cancel(suite.suiteId, corp.corpId, { push: false });
    const second = await app.install(corp.corpId);
    expect([second.permanentCode, second.agentId]).toEqual([first.permanentCode, first.agentId]);
  });

  it('a reset may kill the old secret at once', async () => {
    const { permanentCode } = await app.install(corp.corpId, {}, template);
    await app.control.changeSettings({ resetOldCode: 'dies-at-once' });
    await app.control.resetPermanentCode(template.suiteId, corp.corpId);
    const query = { corpid: corp.corpId, corpsecret: permanentCode };
    expect(await app.get('gettoken', query)).toMatchObject({ errcode: 40001 });
  });

  it('a batch without any valid recipient may answer another errcode', async () => {
    const { accessToken } = await app.accessToken(corp.corpId);
    await app.control.changeSettings({ noRecipientLeftErrcode: 60111 });
    expect(await app.send(accessToken, notice({}, { touser: 'woNobody' }))).toMatchObject({ errcode: 60111 });
  });

  it('the system URL may answer anything with status 200', async () => {
    await app.control.putProvider({ ...provider, systemUrl: receiver.url('/system') });
    receiver.answer = (response) => response.end('ok');
    const push = { channel: 'system', providerCorpId: provider.corpId, xml: '<xml></xml>' } as const;
    expect((await app.control.push(push)).ok).toBe(false);
    await app.control.changeSettings({ systemRequiresSuccess: false });
    expect((await app.control.push(push)).ok).toBe(true);
  });
});

describe('a suite without a command URL', () => {
  it('refuses what would be pushed and changes nothing', async () => {
    await app.install(corp.corpId);
    await app.control.putSuite({ ...suite, commandUrl: null });
    await expect(app.control.cancel(suite.suiteId, corp.corpId)).rejects.toThrow('no commandUrl');
    const change = app.control.change(suite.suiteId, corp.corpId, { disabled: true });
    await expect(change).rejects.toThrow('no commandUrl');
    expect(await app.control.authorization(suite.suiteId, corp.corpId)).toMatchObject({
      status: 'active',
      disabled: false,
    });
  });
});

describe('inboxes', () => {
  it('can be emptied while everything else stays', async () => {
    const { accessToken } = await app.accessToken(corp.corpId);
    await app.send(accessToken, notice());
    await app.control.clearInboxes();
    expect(await app.control.inbox(corp.corpId, 'woLiWei')).toEqual([]);
    expect((await app.control.stats()).deliveries).toBe(1);
  });
});
