import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SampleApp } from './support/sample-app.ts';
import { corp, otherSuite, suite, template, world } from './support/sample-world.ts';

let app: SampleApp;
const redirectUri = 'https://app.example.com/installed?from=a%20b';

beforeAll(async () => {
  app = await SampleApp.start();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.control.reset();
  await app.control.seed(world);
});

async function link(change: Record<string, string> = {}): Promise<string> {
  const preAuthCode = await app.preAuthCode(await app.suiteToken());
  const query = { suite_id: suite.suiteId, pre_auth_code: preAuthCode, redirect_uri: redirectUri, state: 'abc123' };
  return `/3rdapp/install?${new URLSearchParams({ ...query, ...change })}`;
}

async function errcodeOf(address: string): Promise<string | undefined> {
  const response = await fetch(app.running.url + address);
  expect(response.status).toBe(400);
  return /data-errcode="(\d+)"/.exec(await response.text())?.[1];
}

describe('the install page', () => {
  it('refuses an unknown suite and a customised template', async () => {
    expect(await errcodeOf(await link({ suite_id: 'wwNobody' }))).toBe('40083');
    expect(await errcodeOf(await link({ suite_id: template.suiteId }))).toBe('84005');
  });

  it("refuses an unknown pre_auth_code, another suite's, and one older than 1200 seconds", async () => {
    expect(await errcodeOf(await link({ pre_auth_code: 'nonsense' }))).toBe('40077');
    expect(await errcodeOf(await link({ suite_id: otherSuite.suiteId }))).toBe('40077');
    const old = await link();
    await app.control.advanceClock(1201);
    expect(await errcodeOf(old)).toBe('42007');
  });

  it.each(['has-dash', 'a'.repeat(129), '状态'])('refuses the state %s', async (state) => {
    expect(await errcodeOf(await link({ state }))).toBe('84025');
  });

  it('refuses a redirect_uri that is no web address or lies outside the install domain', async () => {
    await app.control.putSuite({ ...suite, installDomain: 'example.com' });
    expect(await errcodeOf(await link({ redirect_uri: 'javascript:alert(1)' }))).toBe('50001');
    expect(await errcodeOf(await link({ redirect_uri: 'https://example.com.evil.net/' }))).toBe('50001');
    expect(await errcodeOf(await link({ redirect_uri: 'https://badexample.com/' }))).toBe('50001');
    expect((await fetch(app.running.url + (await link()))).status).toBe(200);
  });

  it('refuses an app that is not released until set_session_info says auth_type 1', async () => {
    await app.control.putSuite({ ...suite, released: false });
    const suiteToken = await app.suiteToken();
    const pre_auth_code = await app.preAuthCode(suiteToken);
    const address = await link({ pre_auth_code });
    expect(await errcodeOf(address)).toBe('40077');
    const body = { pre_auth_code, session_info: { auth_type: 1 } };
    const query = { suite_access_token: suiteToken };
    expect(await app.post('service/set_session_info', body, query)).toMatchObject({ errcode: 0, errmsg: 'ok' });
    const location = await app.control.approveInstall(address, corp.corpId);
    expect(location).toContain('auth_code=');
    expect((await app.control.authorization(suite.suiteId, corp.corpId)).test).toBe(true);
  });

  it('escapes what the link and the corp bring along', async () => {
    await app.control.putSuite({ ...suite, name: '<img src=x onerror=alert(1)>' });
    const html = await (
      await fetch(app.running.url + (await link({ redirect_uri: 'https://a.b/?"><script>' })))
    ).text();
    expect(html).not.toContain('<img src=x');
    expect(html).not.toContain('"><script>');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('is Chinese, and English on request', async () => {
    const address = app.running.url + (await link());
    expect(await (await fetch(address)).text()).toContain('同意以上授权并安装');
    const english = await fetch(`${address}&lang=en`);
    expect(await english.text()).toContain('Approve and install');
    expect(english.headers.get('set-cookie')).toContain('lang=en');
  });

  it('installs nothing when the admin refuses', async () => {
    const form = new URLSearchParams((await link()).split('?')[1]);
    form.set('corp_id', corp.corpId);
    form.set('decision', 'refuse');
    const url = `${app.running.url}/3rdapp/install`;
    const response = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('应用没有安装');
    expect((await app.control.state()).authorizations).toEqual([]);
  });

  it('sends the browser back with auth_code, expires_in and state, keeping the query of redirect_uri', async () => {
    const location = await app.control.approveInstall(await link(), corp.corpId);
    expect(location.startsWith(`${redirectUri}&auth_code=`)).toBe(true);
    const query = new URL(location).searchParams;
    expect(query.get('expires_in')).toBe('600');
    expect(query.get('state')).toBe('abc123');
    const bytes = Buffer.byteLength(query.get('auth_code') ?? '');
    expect(bytes >= 64 && bytes <= 512).toBe(true);
  });

  it('pushes no create_auth for its own installations', async () => {
    await app.control.approveInstall(await link(), corp.corpId);
    expect((await app.control.pushes()).map((push) => push.event)).toEqual(['suite_ticket']);
  });

  it('takes a pre_auth_code once', async () => {
    const address = await link();
    await app.control.approveInstall(address, corp.corpId);
    await expect(app.control.approveInstall(address, corp.corpId)).rejects.toThrow('errcode 40077');
  });

  it('grants the range the admin chose', async () => {
    const range = { userIds: ['woLiWei'], departmentIds: [4] };
    await app.control.approveInstall(await link(), corp.corpId, range);
    const { visibleRange } = await app.control.authorization(suite.suiteId, corp.corpId);
    expect(visibleRange).toEqual({ ...range, tagIds: [] });
  });

  it('refuses an eleventh corp in test mode', async () => {
    await app.control.putSuite({ ...suite, released: false });
    for (let index = 0; index < 10; index++) {
      await app.control.putCorp({ corpId: `wpTest${index}` });
      await app.control.install({ suiteId: suite.suiteId, corpId: `wpTest${index}` });
    }
    const eleventh = app.control.install({ suiteId: suite.suiteId, corpId: corp.corpId });
    await expect(eleventh).rejects.toThrow('at most 10');
  });
});
