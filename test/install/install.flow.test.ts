import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AuthorizationsService } from '../../src/modules/authorizations/authorizations.service.js';
import { type Rig, SUITE, startRig, UNRELEASED } from '../callbacks/rig.js';
import { until } from '../support/until.js';

let rig: Rig;
let corps = 0;

beforeAll(async () => {
  rig = await startRig();
  await rig.giveTickets(SUITE, UNRELEASED);
});
afterEach(() => rig.wecom.clearFaults());
afterAll(() => rig.close());

async function newCorp(): Promise<string> {
  const corpId = `wpInstall${++corps}`;
  await rig.wecom.putCorp({ corpId, name: '安装测试', members: [{ userId: 'woAdmin', isAdmin: true }] });
  return corpId;
}

/** A browser: keeps the one cookie, follows nothing by itself. */
class Browser {
  cookie = '';

  async get(url: string): Promise<{ status: number; headers: Headers; text: string; location: string }> {
    const response = await fetch(url.startsWith('http') ? url : `${rig.app.url}${url}`, {
      redirect: 'manual',
      headers: this.cookie === '' ? {} : { cookie: this.cookie },
    });
    const set = response.headers.get('set-cookie');
    if (set) this.cookie = set.split(';')[0] ?? '';
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      location: response.headers.get('location') ?? '',
    };
  }

  /** Up to the address WeCom sends it back to. */
  async consent(corpId: string, suiteId = SUITE, lang = 'zh'): Promise<string> {
    const start = await this.get(`/install/${suiteId}/start?lang=${lang}`);
    expect(start.status).toBe(302);
    return rig.wecom.approveInstall(start.location, corpId);
  }
}

const title = (html: string) => /<h1>([^<]*)<\/h1>/.exec(html)?.[1];

describe('what the install pages refuse', () => {
  it('knows no other apps', async () => {
    for (const path of ['/install/wwnobody', '/install/wwnobody/start', '/install/wwnobody/done?auth_code=a&state=b']) {
      const page = await new Browser().get(path);
      expect([page.status, title(page.text)]).toEqual([404, '没有这个应用']);
    }
  });

  it.each([
    ['no state', (_: string) => ''],
    ['a made-up state', () => '&state=abc'],
    [
      'a state with one character changed',
      (state: string) => `&state=${state.slice(0, -1)}${state.endsWith('0') ? '1' : '0'}`,
    ],
    ['a state given twice', (state: string) => `&state=${state}&state=${state}`],
  ])('does not exchange a code that comes with %s', async (_, forge) => {
    const browser = new Browser();
    const back = new URL(await browser.consent(await newCorp()));
    const code = back.searchParams.get('auth_code') ?? '';
    const page = await browser.get(
      `/install/${SUITE}/done?auth_code=${code}${forge(back.searchParams.get('state') ?? '')}`,
    );
    expect([page.status, title(page.text)]).toEqual([403, '无法确认此次安装']);
    expect(
      await rig.database.everything('SELECT 1 FROM auth_codes WHERE code_hash = $1', [
        createHash('sha256').update(code).digest(),
      ]),
    ).toEqual([]);
  });

  it('does not take the state of another browser, or of another suite', async () => {
    const browser = new Browser();
    const back = await browser.consent(await newCorp());
    expect((await new Browser().get(back)).status).toBe(403);
    const other = new Browser();
    await other.get(`/install/${SUITE}/start`);
    expect((await other.get(back)).status).toBe(403);
    expect((await browser.get(back.replace(SUITE, UNRELEASED))).status).toBe(403);
    expect((await browser.get(back)).status).toBe(200);
  });

  it('says so when the admin refused, and offers to start again', async () => {
    const browser = new Browser();
    const start = await browser.get(`/install/${SUITE}/start`);
    const state = new URL(start.location).searchParams.get('state') ?? '';
    const page = await browser.get(`/install/${SUITE}/done?state=${state}`);
    expect([page.status, title(page.text)]).toEqual([200, '未完成安装']);
    expect(page.text).toContain(`href="/install/${SUITE}?lang=zh"`);
  });

  it('says that a used-up code needs a new installation', async () => {
    const browser = new Browser();
    const start = await browser.get(`/install/${SUITE}/start?lang=en`);
    const state = new URL(start.location).searchParams.get('state') ?? '';
    const page = await browser.get(`/install/${SUITE}/done?state=${state}&auth_code=${'gone'.repeat(20)}`);
    expect([page.status, title(page.text)]).toEqual([410, 'The authorisation has expired']);
  });

  it('has a page for a WeCom that does not answer', async () => {
    await rig.wecom.addFault({ kind: 'bad-gateway', path: '/cgi-bin/service/get_pre_auth_code' });
    const page = await new Browser().get(`/install/${SUITE}/start`);
    expect([page.status, title(page.text)]).toEqual([503, '暂时无法开始安装']);
  });
});

describe('installing from our page', () => {
  it('shows what the app is, in Chinese first and in English on request, with nothing that could run', async () => {
    const browser = new Browser();
    const page = await browser.get(`/install/${SUITE}`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('<html lang="zh-CN">');
    expect(page.text).toContain('安装「电子签 &lt;合同&gt;」');
    expect(page.text).not.toContain('<合同>');
    expect(page.text).not.toMatch(/<script|style="|onclick/);
    expect(page.text.match(/class="button"/g)).toHaveLength(1);
    expect(title((await browser.get(`/install/${SUITE}?lang=en`)).text)).toBe('Install “电子签 &lt;合同&gt;”');

    const policy = page.headers.get('content-security-policy') ?? '';
    const style = /<style>([\s\S]*?)<\/style>/.exec(page.text)?.[1] ?? '';
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(policy).toContain("default-src 'none'");
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('sends the browser to WeCom with a state of letters and digits, bound by a cookie scripts cannot read', async () => {
    const start = await new Browser().get(`/install/${SUITE}/start`);
    const url = new URL(start.location);
    expect(url.origin + url.pathname).toBe(`${rig.simulator.url}/3rdapp/install`);
    expect(url.searchParams.get('suite_id')).toBe(SUITE);
    expect(url.searchParams.get('redirect_uri')).toBe(`${rig.app.url}/install/${SUITE}/done`);
    expect(url.searchParams.get('state')).toMatch(/^[A-Za-z0-9]{1,128}$/);
    expect(start.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Lax$/);
    expect(start.headers.get('cache-control')).toBe('no-store');
  });

  it('marks the cookie secure when browsers come by https', async () => {
    const app = await rig.boot({ role: 'api', env: { PUBLIC_URL: 'https://suitepost.example' } });
    const start = await fetch(`${app.url}/install/${SUITE}/start`, { redirect: 'manual' });
    expect(start.headers.get('set-cookie')).toMatch(/; Secure$/);
    expect(new URL(start.headers.get('location') ?? '').searchParams.get('redirect_uri')).toBe(
      `https://suitepost.example/install/${SUITE}/done`,
    );
    await app.close();
  });

  it('installs, and takes a reload as what it is', async () => {
    const corpId = await newCorp();
    const browser = new Browser();
    const back = await browser.consent(corpId);
    const first = await browser.get(back);
    expect([first.status, title(first.text)]).toEqual([200, '安装成功']);
    const reload = await browser.get(back);
    expect([reload.status, title(reload.text)]).toEqual([200, '应用已安装']);
    expect((await rig.wecom.ledger({ path: '/cgi-bin/service/v2/get_permanent_code', corpId })).entries).toHaveLength(
      1,
    );
    const authorizations = rig.app.app.get(AuthorizationsService);
    const authorization = await until(async () => {
      const found = await authorizations.find(corpId, SUITE);
      return found?.agentId === undefined ? undefined : found;
    });
    expect(authorization).toMatchObject({ state: 'active', installedVia: 'redirect' });
  });

  it('installs once when WeCom pushes create_auth for the same code as well', async () => {
    await rig.wecom.changeSettings({ installLinkPushesCreateAuth: true });
    const corpId = await newCorp();
    const browser = new Browser();
    const page = await browser.get(await browser.consent(corpId));
    await rig.wecom.changeSettings({ installLinkPushesCreateAuth: false });
    expect(page.status).toBe(200);
    await until(async () => {
      const open = await rig.database.everything(`SELECT 1 FROM callback_inbox WHERE state = 'pending'`);
      return open.length === 0;
    });
    expect((await rig.wecom.ledger({ path: '/cgi-bin/service/v2/get_permanent_code', corpId })).entries).toHaveLength(
      1,
    );
    expect(await rig.app.app.get(AuthorizationsService).find(corpId, SUITE)).toMatchObject({ generation: 1 });
  });

  it('keeps the language of the first page to the last', async () => {
    const browser = new Browser();
    const page = await browser.get(await browser.consent(await newCorp(), SUITE, 'en'));
    expect(title(page.text)).toBe('Installed');
  });

  it('installs an app that is not released in test mode', async () => {
    const corpId = await newCorp();
    const browser = new Browser();
    const page = await browser.get(await browser.consent(corpId, UNRELEASED));
    expect(title(page.text)).toBe('安装成功');
    expect((await rig.wecom.authorization(UNRELEASED, corpId)).test).toBe(true);
    expect((await browser.get(`/install/${UNRELEASED}`)).text).toContain('以测试方式安装');
  });

  it('serves two tabs of one browser', async () => {
    const browser = new Browser();
    const [one, two] = [await browser.consent(await newCorp()), await browser.consent(await newCorp())];
    expect((await browser.get(one)).status).toBe(200);
    expect((await browser.get(two)).status).toBe(200);
  });

  it('tells the admin to wait when the last step fails, and finishes it without him', async () => {
    const corpId = await newCorp();
    const browser = new Browser();
    const back = await browser.consent(corpId);
    await rig.wecom.addFault({ kind: 'drop-before', path: '/cgi-bin/service/v2/get_permanent_code', times: 1 });
    const page = await browser.get(back);
    expect([page.status, title(page.text)]).toEqual([503, '正在处理']);
    await until(async () => (await rig.app.app.get(AuthorizationsService).find(corpId, SUITE))?.state === 'active');
    expect(title((await browser.get(back)).text)).toBe('应用已安装');
  });
});
