import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { notice, SampleApp } from './support/sample-app.ts';
import { corp, miniProgram, otherCorp, world } from './support/sample-world.ts';

let app: SampleApp;
let accessToken: string;

beforeAll(async () => {
  app = await SampleApp.start();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.control.reset();
  await app.control.seed(world);
  ({ accessToken } = await app.accessToken(corp.corpId));
});

const send = (body: unknown, token = accessToken) => app.send(token, body);
const received = async (userId = 'woLiWei') => (await app.control.inbox(corp.corpId, userId)).length;

describe('the duplicate check', () => {
  const checked = notice({}, { enable_duplicate_check: 1 });

  it('swallows the same bytes within 1800 seconds, answering errcode 0 and a new msgid', async () => {
    const first = await send(checked);
    const second = await send(checked);
    expect(second).toMatchObject({ errcode: 0 });
    expect(second.msgid).not.toBe(first.msgid);
    expect(await received()).toBe(1);
    expect(await app.control.stats()).toMatchObject({ messagesAccepted: 2, messagesSwallowed: 1, deliveries: 1 });
    const { entries } = await app.control.ledger({ path: 'message/send' });
    expect(entries.map((entry) => entry.swallowed)).toEqual([false, true]);
    await app.control.advanceClock(1801);
    await send(checked);
    expect(await received()).toBe(2);
  });

  it('does nothing when it is off', async () => {
    await send(notice());
    await send(notice());
    expect(await received()).toBe(2);
  });

  it('follows the interval of the call', async () => {
    const long = { ...checked, duplicate_check_interval: 14_400 };
    await send(long);
    await app.control.advanceClock(7000);
    await send(long);
    expect(await received()).toBe(1);
    await app.control.advanceClock(7500);
    const { accessToken: fresh } = await app.accessToken(corp.corpId);
    await send(long, fresh);
    expect(await received()).toBe(2);
  });

  it('compares bytes, or JSON values when so switched', async () => {
    const reordered = { enable_duplicate_check: 1, ...notice() };
    await send(checked);
    await send(reordered);
    expect(await received()).toBe(2);
    await app.control.changeSettings({ duplicateEquality: 'json' });
    const other = notice({ page: 'pages/index' }, { enable_duplicate_check: 1 });
    await send(other);
    await send({ enable_duplicate_check: 1, ...notice({ page: 'pages/index' }) });
    expect(await received()).toBe(3);
  });

  it('does not remember refused calls', async () => {
    await app.control.putMiniProgram({ ...miniProgram, corpIds: [] });
    expect(await send(checked)).toMatchObject({ errcode: 90206 });
    await app.control.putMiniProgram(miniProgram);
    await send(checked);
    expect(await received()).toBe(1);
  });

  it('keeps corps apart', async () => {
    await app.control.putMiniProgram({ ...miniProgram, corpIds: [corp.corpId, otherCorp.corpId] });
    const other = await app.accessToken(otherCorp.corpId);
    const body = notice({}, { touser: 'woLiWei|woSunJie', enable_duplicate_check: 1 });
    await send(body);
    await send(body, other.accessToken);
    expect(await received()).toBe(1);
    expect(await app.control.inbox(otherCorp.corpId, 'woSunJie')).toHaveLength(1);
  });
});

describe('the limits of one member', () => {
  it('drop the 31st message of a minute silently and count it', async () => {
    for (let count = 0; count < 31; count++) expect(await send(notice())).toMatchObject({ errcode: 0 });
    expect(await received()).toBe(30);
    expect((await app.control.stats()).droppedByMemberLimit).toBe(1);
    await app.control.advanceClock(61);
    await send(notice());
    expect(await received()).toBe(31);
  });

  it('drop what exceeds an hour', async () => {
    await app.control.changeSettings({ memberPerMinute: null, memberPerHour: 3 });
    for (let count = 0; count < 4; count++) await send(notice());
    expect(await received()).toBe(3);
    await app.control.advanceClock(3601);
    await send(notice());
    expect(await received()).toBe(4);
  });

  it('do not touch other members of the same call', async () => {
    await app.control.changeSettings({ memberPerMinute: 1 });
    await send(notice());
    await send(notice({}, { touser: 'woLiWei|woZhangHao' }));
    expect([await received(), await received('woZhangHao')]).toEqual([1, 1]);
  });

  it('answer 45009 instead when so switched', async () => {
    await app.control.changeSettings({ memberPerMinute: 1, memberOverflow: 'errcode' });
    await send(notice());
    expect(await send(notice())).toMatchObject({ errcode: 45009 });
  });
});

describe('frequency limits', () => {
  it('end the day of an app at account cap × 200 person-times', async () => {
    await app.control.putCorp({ ...corp, accountCap: 0.01 });
    const both = notice({}, { touser: 'woLiWei|woZhangHao' });
    expect(await send(both)).toMatchObject({ errcode: 0 });
    expect(await send(both)).toMatchObject({ errcode: 45009 });
    await app.control.advanceClock(86_400);
    const { accessToken: fresh } = await app.accessToken(corp.corpId);
    expect(await send(both, fresh)).toMatchObject({ errcode: 0 });
  });

  it('block a corp on one API for the length of the exceeded window', async () => {
    const { suiteToken, permanentCode } = await app.install(corp.corpId);
    await app.control.changeSettings({ corpPerMinute: 3 });
    const ask = () => app.corpToken(corp.corpId, permanentCode, suiteToken);
    // One call was made before the limit was lowered; the third of the minute comes at its end.
    await ask();
    await app.control.advanceClock(50);
    await ask();
    expect(await ask()).toMatchObject({ errcode: 45009 });
    await app.control.advanceClock(20);
    expect(await ask()).toMatchObject({ errcode: 45009 });
    await app.control.advanceClock(41);
    expect(await ask()).toHaveProperty('access_token');
  });

  it('do not count messages', async () => {
    await app.control.changeSettings({ corpPerMinute: 1, ipPerMinute: 1 });
    await send(notice());
    expect(await send(notice())).toMatchObject({ errcode: 0 });
  });

  it('allow debug=1 five times a minute', async () => {
    const call = () => app.post('message/send', notice(), { access_token: accessToken, debug: '1' });
    for (let count = 0; count < 5; count++) expect(await call()).toMatchObject({ errcode: 0 });
    expect(await call()).toMatchObject({ errcode: 45009 });
  });
});
