import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fitsHanzi } from '../src/message/hanzi-length.ts';
import { defaultSettings } from '../src/settings.ts';
import { notice, SampleApp, textMessage } from './support/sample-app.ts';
import { corp, miniProgram, otherCorp, otherSuite, suite } from './support/sample-world.ts';

let app: SampleApp;
let accessToken: string;
let agentId: number;

beforeAll(async () => {
  app = await SampleApp.start({ memberPerMinute: null });
  ({ accessToken, agentId } = await app.accessToken(corp.corpId));
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.control.changeSettings({ ...defaultSettings, memberPerMinute: null });
  await app.control.putMiniProgram(miniProgram);
});

const send = (body: unknown) => app.send(accessToken, body);
const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `项${index}`, value: '值' }));

describe('miniprogram_notice in strict counting', () => {
  it.each<[string, Record<string, unknown>, number]>([
    ['no appid', { appid: undefined }, 90200],
    ['an empty appid', { appid: '' }, 90200],
    ['an unknown appid', { appid: 'wxNobody' }, 90207],
    ['no title', { title: undefined }, 40058],
    ['a title of 3 汉字', { title: '三个字' }, 40058],
    ['a title of 4 汉字', { title: '四个汉字' }, 0],
    ['a title of 12 汉字', { title: '一二三四五六七八九十一二' }, 0],
    ['a title of 13 汉字', { title: '一二三四五六七八九十一二三' }, 40058],
    ['a title of 12 letters', { title: 'abcdefghijkl' }, 0],
    ['a title of 13 letters', { title: 'abcdefghijklm' }, 40058],
    ['a title of 7 letters, too narrow for 4 汉字', { title: 'abcdefg' }, 40058],
    ['a title of the wrong type', { title: 1234 }, 40058],
    ['a description of 3 汉字', { description: '三个字' }, 40058],
    ['a description of 13 汉字', { description: '一二三四五六七八九十一二三' }, 40058],
    ['an empty description', { description: '' }, 0],
    ['10 rows', { content_item: rows(10) }, 0],
    ['11 rows', { content_item: rows(11) }, 90201],
    ['rows that are no list', { content_item: { key: 'a', value: 'b' } }, 40058],
    ['a row that is no object', { content_item: ['a'] }, 40058],
    ['a key of 10 汉字', { content_item: [{ key: '一二三四五六七八九十', value: '值' }] }, 0],
    ['a key of 11 汉字', { content_item: [{ key: '一二三四五六七八九十一', value: '值' }] }, 90202],
    ['a lone value', { content_item: [{ key: '', value: '值' }] }, 90202],
    ['a value of 30 汉字', { content_item: [{ key: '键', value: '值'.repeat(30) }] }, 0],
    ['a value of 31 汉字', { content_item: [{ key: '键', value: '值'.repeat(31) }] }, 90203],
    ['a value of 31 letters', { content_item: [{ key: '键', value: 'v'.repeat(31) }] }, 90203],
    ['a lone key', { content_item: [{ key: '键' }] }, 90203],
    ['a row with both empty', { content_item: [{ key: '', value: '' }, {}] }, 0],
    ['a page of 1024 bytes', { page: `p?${'q'.repeat(1022)}` }, 0],
    ['a page of 1025 bytes', { page: `p?${'q'.repeat(1023)}` }, 90204],
    ['a page of 1024 characters but more bytes', { page: `p?${'页'.repeat(400)}` }, 90204],
    ['a page with a leading slash', { page: '/pages/index' }, 90204],
    ['a page ending in .html', { page: 'pages/index.html?id=1' }, 90204],
    ['emphasis_first_item as a string', { emphasis_first_item: 'true' }, 40058],
    ['emphasis_first_item without rows', { emphasis_first_item: true }, 0],
  ])('with %s: %#', async (_, content, errcode) => {
    expect(await send(notice(content))).toMatchObject({ errcode });
  });

  it('refuses pages the mini program does not have, when it says which it has', async () => {
    await app.control.putMiniProgram({ ...miniProgram, pages: ['pages/index'] });
    expect(await send(notice({ page: 'pages/other' }))).toMatchObject({ errcode: 90204 });
    expect(await send(notice({ page: 'pages/index?id=1' }))).toMatchObject({ errcode: 0 });
  });

  it('ignores an agentid, or refuses it when so switched', async () => {
    expect(await send(notice({}, { agentid: 1 }))).toMatchObject({ errcode: 0 });
    await app.control.changeSettings({ noticeAgentId: 'refuse' });
    expect(await send(notice({}, { agentid: 1 }))).toMatchObject({ errcode: 40058 });
  });

  it('needs the object itself', async () => {
    expect(await send({ touser: 'woLiWei', msgtype: 'miniprogram_notice' })).toMatchObject({ errcode: 40058 });
  });
});

describe('the mini program of a notice', () => {
  it('must be linked to the corp, and bound to this suite', async () => {
    await app.control.putMiniProgram({ ...miniProgram, corpIds: [otherCorp.corpId] });
    expect(await send(notice())).toMatchObject({ errcode: 90206 });
    await app.control.putMiniProgram({ appid: 'wxMini02', suiteIds: [otherSuite.suiteId], corpIds: [corp.corpId] });
    expect(await send(notice({ appid: 'wxMini02' }))).toMatchObject({ errcode: 90207 });
    await app.control.changeSettings({ foreignAppidErrcode: 90208 });
    expect(await send(notice({ appid: 'wxMini02' }))).toMatchObject({ errcode: 90208 });
  });

  it('must exist at all, else the app is no mini program app', async () => {
    await app.control.putMiniProgram({ ...miniProgram, suiteIds: [] });
    expect(await send(notice())).toMatchObject({ errcode: 48002 });
  });
});

describe('lenient counting', () => {
  it('takes what fits under one reading, and refuses what fits under none', async () => {
    await app.control.changeSettings({ noticeLengths: 'lenient' });
    expect(await send(notice({ title: 'Inspection task is now due' }))).toMatchObject({ errcode: 0 });
    expect(await send(notice({ title: 'a'.repeat(36) }))).toMatchObject({ errcode: 0 });
    expect(await send(notice({ title: 'a'.repeat(37) }))).toMatchObject({ errcode: 40058 });
    expect(await send(notice({ title: '三个字' }))).toMatchObject({ errcode: 40058 });
    expect(await send(notice({ title: '😀😀😀😀' }))).toMatchObject({ errcode: 0 });
  });

  it('counts code points, UTF-16 units, bytes and columns', () => {
    expect(fitsHanzi('😀'.repeat(12), 4, 12, 'lenient')).toBe(true);
    expect(fitsHanzi('😀'.repeat(12), 4, 12, 'strict')).toBe(false);
    expect(fitsHanzi('𝒜'.repeat(15), 0, 30, 'strict')).toBe(true);
    expect(fitsHanzi('𝒜'.repeat(16), 0, 30, 'strict')).toBe(false);
    expect(fitsHanzi('4月27日 16:16', 4, 12, 'strict')).toBe(true);
  });

  it('cuts a long title when so switched, but never accepts a short one', async () => {
    await app.control.changeSettings({ noticeTitleOverflow: 'truncate' });
    expect(await send(notice({ title: '一二三四五六七八九十一二三四' }))).toMatchObject({ errcode: 0 });
    const newest = (await app.control.inbox(corp.corpId, 'woLiWei')).at(-1);
    expect(newest?.content).toMatchObject({ title: '一二三四五六七八九十一二' });
    expect(await send(notice({ title: '三个字' }))).toMatchObject({ errcode: 40058 });
  });
});

describe('lengths around id translation', () => {
  it('are taken after it, or before it when so switched', async () => {
    const title = '$userName=woLiWei$的巡检';
    expect(await send(notice({ title }, { enable_id_trans: 1 }))).toMatchObject({ errcode: 0 });
    await app.control.changeSettings({ lengthsCountIdTranslation: 'before' });
    expect(await send(notice({ title }, { enable_id_trans: 1 }))).toMatchObject({ errcode: 40058 });
  });
});

describe('text', () => {
  it.each<[string, Record<string, unknown>, number]>([
    ['no text object', { text: undefined }, 44004],
    ['empty content', { text: { content: '' } }, 44004],
    ['content that is a number', { text: { content: 5 } }, 40058],
    ['5120 bytes', { text: { content: 'a'.repeat(5120) } }, 0],
    ['5121 bytes', { text: { content: 'a'.repeat(5121) } }, 40058],
    ['1707 汉字, over 5120 bytes', { text: { content: '字'.repeat(1707) } }, 40058],
    ['safe 1', { safe: 1 }, 0],
    ['safe 2, which is for mpnews', { safe: 2 }, 40058],
  ])('with %s: %#', async (_, change, errcode) => {
    expect(await send({ ...textMessage(agentId, 'x'), ...change })).toMatchObject({ errcode });
  });

  it('names the field and the cap', async () => {
    const { errmsg } = await send(textMessage(agentId, 'a'.repeat(5121)));
    expect(errmsg).toContain('text.content exceed max length 5120');
  });

  it('counts the cap in characters when so switched', async () => {
    await app.control.changeSettings({ textCapUnit: 'characters' });
    expect(await send(textMessage(agentId, '字'.repeat(5120)))).toMatchObject({ errcode: 0 });
    expect(await send(textMessage(agentId, '字'.repeat(5121)))).toMatchObject({ errcode: 40058 });
  });

  it('is cut at 2048 bytes without splitting a character', async () => {
    await send(textMessage(agentId, '字'.repeat(700)));
    const newest = (await app.control.inbox(corp.corpId, 'woLiWei')).at(-1);
    expect(newest).toMatchObject({ suiteId: suite.suiteId });
    expect(newest?.content).toEqual({ msgtype: 'text', content: '字'.repeat(682), truncated: true });
  });

  it('is refused above a megabyte', async () => {
    expect(await send(textMessage(agentId, 'a'.repeat(1024 * 1024)))).toMatchObject({ errcode: 40206 });
  });
});
