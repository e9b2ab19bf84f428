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

const send = (token = accessToken) => app.send(token, notice());
const raw = () =>
  fetch(`${app.running.url}/cgi-bin/message/send?access_token=${accessToken}`, {
    method: 'POST',
    body: JSON.stringify(notice()),
  });
const received = async () => (await app.control.inbox(corp.corpId, 'woLiWei')).length;

describe('adding a fault', () => {
  it('refuses unknown kinds, unknown fields and missing ones', async () => {
    const add = (fault: unknown) => app.control.addFault(fault as Parameters<typeof app.control.addFault>[0]);
    await expect(add({ kind: 'earthquake' })).rejects.toThrow('kind must be one of');
    await expect(add({ kind: 'errcode' })).rejects.toThrow('needs errcode');
    await expect(add({ kind: 'errcode', errcode: -1, ms: 5 })).rejects.toThrow('has no field ms');
    await expect(add({ kind: 'toString' })).rejects.toThrow('kind must be one of');
  });
});

describe('a fault', () => {
  it('answers an errcode so many times, unprocessed, then is over', async () => {
    const fault = await app.control.addFault({ kind: 'errcode', errcode: -1, times: 2, path: 'message/send' });
    const first = await send();
    expect(first.errcode).toBe(-1);
    expect(first.errmsg).toContain('system busy, hint: [');
    expect(await send()).toMatchObject({ errcode: -1 });
    expect(await send()).toMatchObject({ errcode: 0 });
    expect(await received()).toBe(1);
    expect(await app.control.faults()).toMatchObject([{ id: fault.id, hits: 2, active: false }]);
  });

  it('lets other corps and other paths through', async () => {
    await app.control.putMiniProgram({ ...miniProgram, corpIds: [corp.corpId, otherCorp.corpId] });
    const other = await app.accessToken(otherCorp.corpId);
    await app.control.addFault({ kind: 'errcode', errcode: 45033, corpId: otherCorp.corpId, path: 'message/send' });
    expect(await send()).toMatchObject({ errcode: 0 });
    expect(await send(other.accessToken)).toMatchObject({ errcode: 45033 });
    const agent = await app.get('agent/get', { access_token: other.accessToken, agentid: String(other.agentId) });
    expect(agent).toMatchObject({ errcode: 0 });
  });

  it('can wait for some calls before it starts', async () => {
    await app.control.addFault({ kind: 'errcode', errcode: -1, skip: 1, times: 1 });
    expect([(await send()).errcode, (await send()).errcode, (await send()).errcode]).toEqual([0, -1, 0]);
  });

  it('repeats its luck for the same seed', async () => {
    const run = async () => {
      const fault = await app.control.addFault({ kind: 'errcode', errcode: -1, probability: 0.5, seed: 42 });
      const codes: unknown[] = [];
      for (let count = 0; count < 12; count++) codes.push((await send()).errcode);
      await app.control.removeFault(fault.id);
      return codes;
    };
    const first = await run();
    expect(await run()).toEqual(first);
    expect(new Set(first).size).toBe(2);
  });

  it('drops the connection before processing: nothing was sent', async () => {
    await app.control.addFault({ kind: 'drop-before', times: 1 });
    await expect(raw()).rejects.toThrow();
    expect(await received()).toBe(0);
    expect((await app.control.ledger()).entries.at(-1)).toMatchObject({
      fault: 'drop-before',
      errcode: null,
      status: null,
    });
  });

  it('drops the connection after processing: taken but unanswered', async () => {
    await app.control.addFault({ kind: 'drop-after', times: 1 });
    await expect(raw()).rejects.toThrow();
    expect(await received()).toBe(1);
    expect((await app.control.ledger()).entries.at(-1)).toMatchObject({
      fault: 'drop-after',
      errcode: 0,
      status: null,
    });
  });

  it('answers 502 with HTML, unprocessed or processed', async () => {
    await app.control.addFault({ kind: 'bad-gateway', times: 1 });
    const response = await raw();
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect(await received()).toBe(0);
    await app.control.addFault({ kind: 'bad-gateway', times: 1, status: 503, processed: true });
    expect((await raw()).status).toBe(503);
    expect(await received()).toBe(1);
  });

  it('cuts the JSON in half', async () => {
    await app.control.addFault({ kind: 'truncated-json', times: 1 });
    const response = await raw();
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow();
    expect(await received()).toBe(1);
  });

  it('answers 45009 for a window of the simulator’s clock', async () => {
    await app.control.addFault({ kind: 'frequency-window', seconds: 60, corpId: corp.corpId, path: 'message/send' });
    expect(await send()).toMatchObject({ errcode: 45009 });
    await app.control.advanceClock(61);
    expect(await send()).toMatchObject({ errcode: 0 });
  });

  it('answers whatever is wanted', async () => {
    await app.control.addFault({ kind: 'answer', body: '{"errcode":"0"}', status: 200, times: 1 });
    expect(await send()).toEqual({ errcode: '0' });
  });

  it('delays and drips, and the call still succeeds', async () => {
    await app.control.addFault({ kind: 'latency', ms: 1, upToMs: 5 });
    await app.control.addFault({ kind: 'slow-drip', bytesPerSecond: 5000, times: 1 });
    expect(await send()).toMatchObject({ errcode: 0 });
    expect((await app.control.ledger()).entries.at(-1)?.fault).toBe('slow-drip');
  });

  it('hangs until the caller gives up', async () => {
    await app.control.addFault({ kind: 'hang', times: 1 });
    const call = fetch(`${app.running.url}/cgi-bin/gettoken`, { signal: AbortSignal.timeout(50) });
    await expect(call).rejects.toThrow();
    expect((await app.control.ledger()).entries.at(-1)).toMatchObject({ fault: 'hang', errcode: null });
  });

  it('can be removed, one or all', async () => {
    const fault = await app.control.addFault({ kind: 'errcode', errcode: -1 });
    await app.control.removeFault(fault.id);
    await expect(app.control.removeFault(fault.id)).rejects.toThrow('no fault');
    await app.control.addFault({ kind: 'errcode', errcode: -1 });
    await app.control.clearFaults();
    expect(await send()).toMatchObject({ errcode: 0 });
  });
});
