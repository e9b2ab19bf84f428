import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { notice, SampleApp, textMessage } from './support/sample-app.ts';
import { corp, otherSuite, suite, world } from './support/sample-world.ts';

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

const send = (body: unknown) => app.send(accessToken, body);
const inboxOf = (userId: string) => app.control.inbox(corp.corpId, userId);

describe('message/send refuses', () => {
  it('GET, form bodies and unknown message types', async () => {
    expect(await app.get('message/send', { access_token: accessToken })).toMatchObject({ errcode: 40058 });
    const form = await app.postRaw('message/send', 'touser=woLiWei', { access_token: accessToken });
    expect(form).toMatchObject({ errcode: 47001 });
    expect(await send({ touser: 'woLiWei' })).toMatchObject({ errcode: 40008 });
    expect(await send({ touser: 'woLiWei', msgtype: 'fax' })).toMatchObject({ errcode: 40008 });
    expect(await send({ touser: 'woLiWei', msgtype: 'constructor' })).toMatchObject({ errcode: 40008 });
  });

  it('text without agentid, with an unknown one, and with another app’s', async () => {
    const other = await app.install(corp.corpId, {}, otherSuite);
    const { agentid: _none, ...without } = textMessage(agentId, 'x');
    expect(await send(without)).toMatchObject({ errcode: 41011 });
    expect(await send(textMessage(99, 'x'))).toMatchObject({ errcode: 40056 });
    expect(await send(textMessage(other.agentId, 'x'))).toMatchObject({ errcode: 301002 });
    expect(await send({ ...without, agentid: String(agentId) })).toMatchObject({ errcode: 40058 });
  });

  it('empty recipients, arrays, and lists beyond their limits', async () => {
    const ids = (count: number) => Array.from({ length: count }, (_, index) => `${index + 1}`).join('|');
    const cases: Array<[Record<string, unknown>, number]> = [
      [{ touser: undefined }, 82001],
      [{ touser: ' | ' }, 82001],
      [{ touser: ['woLiWei'] }, 40058],
      [{ touser: ids(1001) }, 40032],
      [{ toparty: ids(101) }, 82002],
      [{ totag: ids(101) }, 82003],
    ];
    for (const [change, errcode] of cases) expect(await send({ ...notice(), ...change })).toMatchObject({ errcode });
  });

  it('@all for miniprogram_notice', async () => {
    expect(await send(notice({}, { touser: '@all' }))).toMatchObject({ errcode: 40058 });
  });

  it('an app that the corp disabled', async () => {
    await app.control.change(suite.suiteId, corp.corpId, { disabled: true, push: false });
    expect(await send(notice())).toMatchObject({ errcode: 50003 });
    await app.control.change(suite.suiteId, corp.corpId, { disabled: false, push: false });
    expect(await send(notice())).toMatchObject({ errcode: 0 });
  });

  it('flags and intervals that are no integers or out of range', async () => {
    for (const change of [
      { enable_id_trans: '1' },
      { enable_duplicate_check: true },
      { enable_duplicate_check: 2 },
      { duplicate_check_interval: 14_401 },
      { duplicate_check_interval: -1 },
    ]) {
      expect(await send(notice({}, change))).toMatchObject({ errcode: 40058 });
    }
  });

  it('departments and tags where a member installed for himself', async () => {
    ({ accessToken } = await app.accessToken(corp.corpId, { authMode: 1 }));
    expect(await send(notice({}, { toparty: '2' }))).toMatchObject({ errcode: 60011 });
  });

  it('a message nobody can receive, with 81013 and the lists', async () => {
    const answer = await send(notice({}, { touser: 'woNobody|woChenYu|woLeft' }));
    expect(answer).toMatchObject({ errcode: 81013, invaliduser: 'wonobody|woleft', unlicenseduser: 'woChenYu' });
  });
});

describe('message/send', () => {
  it('answers errcode 0 with msgid and empty lists, and the member receives it', async () => {
    const answer = await send(notice({ description: '今天18点前完成' }));
    expect(answer).toEqual({
      errcode: 0,
      errmsg: 'ok',
      invaliduser: '',
      invalidparty: '',
      invalidtag: '',
      msgid: answer.msgid,
    });
    expect(await inboxOf('woLiWei')).toMatchObject([
      {
        msgid: answer.msgid,
        suiteId: suite.suiteId,
        agentId,
        content: { msgtype: 'miniprogram_notice', title: '巡检任务待处理', description: '今天18点前完成', page: null },
      },
    ]);
    expect(await inboxOf('woZhangHao')).toEqual([]);
  });

  it('reports unknown members in lower case and unlicensed ones as sent, and delivers to the rest', async () => {
    const answer = await send(notice({}, { touser: 'woLiWei|WOLIWEI|woChenYu|woLiWei' }));
    expect(answer).toMatchObject({ errcode: 0, invaliduser: 'woliwei', unlicenseduser: 'woChenYu' });
    expect(await inboxOf('woLiWei')).toHaveLength(1);
    expect(await inboxOf('woChenYu')).toEqual([]);
  });

  it('matches plain ids in any case, encrypted ids only exactly', async () => {
    await app.control.putCorp({ ...corp, encryptedIds: false });
    expect(await send(notice({}, { touser: 'WOLIWEI' }))).toMatchObject({ errcode: 0, invaliduser: '' });
    expect(await inboxOf('woliwei')).toHaveLength(1);
  });

  it('reaches only members inside the visible range', async () => {
    await app.control.change(suite.suiteId, corp.corpId, {
      visibleRange: { departmentIds: [3], userIds: [] },
      push: false,
    });
    const answer = await send(notice({}, { touser: 'woLiWei|woZhangHao', toparty: '2|3', totag: '7' }));
    expect(answer).toMatchObject({ errcode: 0, invaliduser: 'woliwei', invalidparty: '2', invalidtag: '7' });
    expect(await inboxOf('woZhangHao')).toHaveLength(1);
    expect(await inboxOf('woLiWei')).toEqual([]);
  });

  it('drops unlicensed and not activated members of departments without a word, and counts them', async () => {
    const answer = await send(notice({}, { touser: undefined, toparty: '4|999' }));
    expect(answer).toMatchObject({ errcode: 0, invalidparty: '999' });
    expect(answer).not.toHaveProperty('unlicenseduser');
    expect(await app.control.stats()).toMatchObject({ droppedUnlicensed: 1, droppedInactive: 1, deliveries: 0 });
  });

  it('counts disabled and departed members as invalid', async () => {
    await app.control.putMember(corp.corpId, { userId: 'woZhangHao', departments: [3], status: 2 });
    const answer = await send(notice({}, { touser: 'woLiWei|woZhangHao|woLeft', toparty: '3' }));
    expect(answer).toMatchObject({ errcode: 0, invaliduser: 'wozhanghao|woleft' });
    expect(await inboxOf('woZhangHao')).toEqual([]);
  });

  it('reaches a member once although named by user, department, tag and subdepartment', async () => {
    await send(notice({}, { touser: 'woLiWei', toparty: ' 2 | 3 ', totag: '7' }));
    expect(await inboxOf('woLiWei')).toHaveLength(1);
    expect(await inboxOf('woZhangHao')).toHaveLength(1);
  });

  it('sends text to @all within the visible range', async () => {
    expect(await send(textMessage(agentId, 'x', { touser: '@all' }))).toMatchObject({ errcode: 0 });
    expect((await app.control.stats()).deliveries).toBe(2);
  });

  it('translates ids that the app may see, and leaves the others as written', async () => {
    const content =
      '$userName=woLiWei$ $userAlias=woLiWei$ $departmentName=3$ $userName=woNobody$ $userAlias=woZhangHao$';
    await send(textMessage(agentId, content, { enable_id_trans: 1 }));
    await send(textMessage(agentId, content));
    const [translated, verbatim] = (await inboxOf('woLiWei')).map((entry) => entry.content);
    expect(translated).toMatchObject({ content: '李薇 薇薇 设备一组 $userName=woNobody$ $userAlias=woZhangHao$' });
    expect(verbatim).toMatchObject({ content });
  });

  it('accepts wrong types with a warning when so switched', async () => {
    await app.control.changeSettings({ wrongTypes: 'warn' });
    const answer = await send({ ...textMessage(agentId, 'x'), agentid: String(agentId), enable_id_trans: true });
    expect(answer.errcode).toBe(0);
    expect(answer.errmsg).toContain('Warning: wrong json format.');
  });

  it.each([
    ['absent', undefined],
    ['array', []],
  ] as const)('writes empty lists as %s when so switched', async (emptyLists, shown) => {
    await app.control.changeSettings({ emptyLists });
    expect((await send(notice())).invaliduser).toEqual(shown);
  });

  it('accepts a batch of only unlicensed members when so switched', async () => {
    await app.control.changeSettings({ allUnlicensed: 'accept', lowerCaseUnlicensedUser: true });
    expect(await send(notice({}, { touser: 'woChenYu' }))).toMatchObject({ errcode: 0, unlicenseduser: 'wochenyu' });
  });
});
