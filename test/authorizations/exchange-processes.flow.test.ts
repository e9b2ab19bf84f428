import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { AuthorizationsService } from '../../src/modules/authorizations/authorizations.service.js';
import { type Rig, SUITE, startRig } from '../callbacks/rig.js';
import { type Instance, startInstance } from '../support/instance.js';
import { until } from '../support/until.js';

const EXCHANGE = '/cgi-bin/service/v2/get_permanent_code';

let rig: Rig;
let worker: Instance;
const instances: Instance[] = [];
let corps = 0;

beforeAll(async () => {
  rig = await startRig({ role: 'api' });
  worker = await start('worker');
  await rig.wecom.pushTicket(SUITE);
  await until(async () => (await rig.database.everything('SELECT 1 FROM suite_tickets')).length === 1);
});
afterEach(() => rig.wecom.clearFaults());
afterAll(async () => {
  for (const instance of instances) await instance.kill();
  await rig.close();
});

async function start(role: 'api' | 'worker'): Promise<Instance> {
  const instance = await startInstance({
    databaseUrl: rig.database.url,
    simulatorUrl: rig.simulator.url,
    role,
    env: { DATABASE_MIGRATION_URL: rig.database.ownerUrl },
  });
  instances.push(instance);
  return instance;
}

/** An admin who has consented at WeCom and is about to be sent back to us. */
async function consented() {
  const corpId = `wpProcess${++corps}`;
  await rig.wecom.putCorp({ corpId, name: '进程', members: [{ userId: 'woAdmin', isAdmin: true }] });
  const begun = await fetch(`${rig.app.url}/install/${SUITE}/start`, { redirect: 'manual' });
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
  const back = new URL(await rig.wecom.approveInstall(begun.headers.get('location') ?? '', corpId));
  const authCode = back.searchParams.get('auth_code') ?? '';
  const arriveAt = (instance: { url: string }) =>
    fetch(instance.url + back.pathname + back.search, { headers: { cookie } });
  return { corpId, authCode, codeHash: createHash('sha256').update(authCode).digest(), arriveAt };
}
const title = async (response: Response) => /<h1>([^<]*)<\/h1>/.exec(await response.text())?.[1];
const codeState = async (codeHash: Buffer) =>
  (await rig.database.everything<{ state: string }>('SELECT state FROM auth_codes WHERE code_hash = $1', [codeHash]))[0]
    ?.state;
const expireLease = (codeHash: Buffer) =>
  rig.database.everything(
    `UPDATE auth_codes SET leased_until = now(), first_seen_at = now() - interval '1 minute' WHERE code_hash = $1`,
    [codeHash],
  );
const exchanged = async (corpId: string) => (await rig.wecom.ledger({ path: EXCHANGE, corpId })).entries.length;

describe('an auth code among processes', () => {
  it('is lost, and visibly so, when the process dies between the answer and its commit', async () => {
    const victim = await start('api');
    const { corpId, authCode, codeHash, arriveAt } = await consented();
    const blocker = new Client({ connectionString: rig.database.ownerUrl });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE authorizations IN ACCESS EXCLUSIVE MODE');
    const arrival = arriveAt(victim).catch(() => 'no answer');
    await until(async () => (await exchanged(corpId)) === 1, 'WeCom to answer');
    await until(
      async () =>
        (
          await rig.database.everything(
            `SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO authorizations%'`,
            [rig.database.name],
          )
        ).length > 0,
      'the commit to be under way',
    );
    await victim.kill();
    await blocker.query('ROLLBACK');
    await blocker.end();
    expect(await arrival).toBe('no answer');
    expect(await codeState(codeHash)).toBe('pending');

    await expireLease(codeHash);
    await until(async () => (await codeState(codeHash)) === 'reinstall_needed');
    expect(await rig.app.app.get(AuthorizationsService).find(corpId, SUITE)).toBeNull();
    await until(() => worker.output().includes('auth code is lost'));
    expect(worker.output()).not.toContain(authCode);
    expect(await title(await arriveAt(rig.app))).toBe('授权码已失效');
  });

  it('is finished by another process when the first dies before WeCom heard of it', async () => {
    const victim = await start('api');
    const { corpId, codeHash, arriveAt } = await consented();
    await rig.wecom.addFault({ kind: 'hang', path: EXCHANGE, times: 1 });
    const arrival = arriveAt(victim).catch(() => 'no answer');
    await until(async () => (await rig.wecom.faults()).some((fault) => fault.hits > 0), 'the call to hang');
    await victim.kill();
    await arrival;
    await expireLease(codeHash);
    await until(async () => (await codeState(codeHash)) === 'exchanged');
    expect((await rig.app.app.get(AuthorizationsService).find(corpId, SUITE))?.state).toBe('active');
    expect(await title(await arriveAt(rig.app))).toBe('应用已安装');
  });

  it('is exchanged once when two processes get it at the same time, and both have good news', async () => {
    const [one, two] = await Promise.all([start('api'), start('api')]);
    for (let round = 0; round < 5; round++) {
      const { corpId, arriveAt } = await consented();
      await rig.wecom.addFault({ kind: 'latency', ms: 150, path: EXCHANGE, times: 1 });
      const pages = await Promise.all([arriveAt(one), arriveAt(two), arriveAt(one), arriveAt(two)]);
      expect(pages.map((page) => page.status)).toEqual([200, 200, 200, 200]);
      expect((await Promise.all(pages.map(title))).sort()).toEqual([
        '安装成功',
        '应用已安装',
        '应用已安装',
        '应用已安装',
      ]);
      expect(await exchanged(corpId)).toBe(1);
    }
  });
});
