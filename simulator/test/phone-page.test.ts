import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { html } from '../src/pages/html.ts';
import { textWithLinks } from '../src/pages/text-links.ts';
import { notice, SampleApp, textMessage } from './support/sample-app.ts';
import { corp, suite, world } from './support/sample-world.ts';

let app: SampleApp;
let accessToken: string;
let agentId: number;

beforeAll(async () => {
  app = await SampleApp.start();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.control.reset();
  await app.control.seed(world);
  ({ accessToken, agentId } = await app.accessToken(corp.corpId));
});

const open = (path: string) => fetch(app.running.url + path);
const phone = `/phone/${corp.corpId}/woLiWei`;

describe('the phone page', () => {
  it('answers 404 for unknown corps, members and paths, and 405 for other methods', async () => {
    expect((await open('/phone/wpNobody/woLiWei')).status).toBe(404);
    expect((await open(`/phone/${corp.corpId}/woNobody`)).status).toBe(404);
    expect((await open('/phone/%zz/x')).status).toBe(400);
    expect((await open('/assets/../package.json')).status).toBe(404);
    expect((await open('/assets/constructor')).status).toBe(404);
    expect((await fetch(app.running.url + phone, { method: 'POST' })).status).toBe(405);
  });

  it('escapes everything that came from outside', async () => {
    const evil = '<img src=x onerror=alert(1)>"\'&';
    await app.control.changeSettings({ noticeLengths: 'lenient' });
    await app.control.putSuite({ ...suite, name: evil });
    await app.control.putMember(corp.corpId, { userId: 'woEvil"><b>', name: evil });
    await app.control.putMember(corp.corpId, { userId: 'woLiWei', name: evil });
    await app.send(
      accessToken,
      notice({ title: '<b>粗体标题', page: 'p?"><i>', content_item: [{ key: '<u>', value: '<s>"' }] }),
    );
    await app.send(accessToken, textMessage(agentId, '<script>alert(1)</script>'));
    for (const path of ['/', phone]) {
      const page = await (await open(path)).text();
      for (const raw of ['<img src=x', '<b>', '<i>', '<u>', '<s>', '<script>alert']) expect(page).not.toContain(raw);
    }
  });

  it('allows no inline script or style and loads its own files', async () => {
    const response = await open(phone);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const page = await response.text();
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=/);
    const files = [...page.matchAll(/"(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect((await open(file)).status).toBe(200);
  });

  it('shows a notice as a card with the first item large, and text as a bubble', async () => {
    const content_item = [
      { key: '任务编号', value: 'XJ-042' },
      { key: '地点', value: '二号厂房' },
    ];
    await app.send(accessToken, notice({ description: '今天18点前完成', emphasis_first_item: true, content_item }));
    await app.send(accessToken, textMessage(agentId, '你好'));
    const page = await (await open(phone)).text();
    expect(page).toContain('<div class="emphasis"><span>任务编号</span><strong>XJ-042</strong></div>');
    expect(page).toContain('<dt>地点</dt><dd>二号厂房</dd>');
    expect(page).toContain('巡检小程序');
    expect(page).toContain('<div class="bubble">你好</div>');
  });

  it('gives its script the conversation only when there is news', async () => {
    const page = await (await open(phone)).text();
    const [, fragment = '', version = ''] = /data-fragment="([^"]+)" data-version="([^"]+)"/.exec(page) ?? [];
    const address = fragment.replaceAll('&amp;', '&');
    expect((await open(`${address}&version=${version}`)).status).toBe(204);
    await app.send(accessToken, textMessage(agentId, '新消息'));
    const response = await open(`${address}&version=${version}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('新消息');
    expect((await open(`${address}&version=${response.headers.get('x-version')}`)).status).toBe(204);
    await app.control.clearInboxes();
    expect((await open(`${address}&version=${response.headers.get('x-version')}`)).status).toBe(200);
  });

  it('speaks English on request', async () => {
    expect(await (await open(phone)).text()).toContain('还没有消息');
    expect(await (await open(`${phone}?lang=en`)).text()).toContain('No messages yet');
  });
});

describe('the template tag', () => {
  it('escapes text and quoted attributes, and keeps markup and lists of it', () => {
    const items = ['<', '>'].map((one) => html`<i>${one}</i>`);
    expect(html`<a title="${'"\'&'}">${items}${null}${false}${0}</a>`.text).toBe(
      '<a title="&quot;&#39;&amp;"><i>&lt;</i><i>&gt;</i>0</a>',
    );
  });
});

describe('links in text', () => {
  const shown = (content: string) => html`${textWithLinks(content)}`.text;

  it('open web addresses only', () => {
    expect(shown('看 <a href="https://a.b/?x=1&y=2">这里</a>。')).toBe(
      '看 <a href="https://a.b/?x=1&amp;y=2" target="_blank" rel="noopener noreferrer nofollow">这里</a>。',
    );
    for (const href of ['javascript:alert(1)', ' JavaScript:alert(1)', 'data:text/html,x', '/relative']) {
      expect(shown(`<a href="${href}">x</a>`)).not.toContain('<a ');
    }
  });

  it('cannot smuggle attributes or nested markup', () => {
    expect(shown('<a href="https://a.b/" onclick="x()">y</a>')).not.toContain('onclick="x');
    expect(shown("<a href='https://a.b/\"><script>'>y</a>")).not.toContain('<script>');
    expect(shown('<a href="https://a.b/"><b>y</b></a>')).not.toContain('<b>');
  });
});

describe('the index page', () => {
  it('links to every member and survives an empty server', async () => {
    const page = await (await open('/')).text();
    for (const userId of ['woLiWei', 'woZhangHao']) expect(page).toContain(`href="/phone/${corp.corpId}/${userId}"`);
    await app.control.reset();
    expect(await (await open('/?lang=en')).text()).toContain('This simulator is empty');
  });
});
