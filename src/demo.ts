import 'reflect-metadata';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthorizationsService } from './modules/authorizations/authorizations.service.js';
import { SuitesService } from './modules/suites/suites.service.js';
import { report } from './run-until-signal.js';
import { CONTRACT_NOTICE } from './showcase/demo-world.js';
import { ProductCode } from './showcase/product-code.js';
import type { InboxEntry } from './showcase/simulator.js';
import { issueDemoKey, type Stage, setStage } from './showcase/stage.js';
import { waitFor } from './showcase/wait-for.js';

const steps: string[] = [];
const startedAt = performance.now();

/** Says what was just shown: for a person now, for a machine in the last line. */
function done(step: string, words: string): void {
  steps.push(step);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5);
  console.log(`${seconds} s  ✓ ${words}`);
}

/** `npm run demo`: the whole story once, on a throw-away database. */
async function tell(stage: Stage): Promise<{ msgid: string; received: InboxEntry['content'] }> {
  const { app, simulator, world } = stage;
  const { suiteId } = world.suite;
  const [yuanlai, shanhai] = world.corps;
  const authorizations = app.get(AuthorizationsService);
  const installed = (corpId: string) =>
    waitFor(`the authorization of ${corpId}`, async () => {
      const authorization = await authorizations.find(corpId, suiteId);
      return authorization?.state === 'active' && authorization.agentId !== undefined && authorization;
    });

  await simulator.pushTicket(suiteId);
  await waitFor('the stored ticket', async () => (await app.get(SuitesService).ticketAge(suiteId)).health === 'fresh');
  done('ticket_pushed', 'WeCom pushed the suite ticket; it is stored, sealed  推送 suite_ticket，已加密保存');

  const result = await approveAsAdmin(stage, yuanlai.corpId);
  if (!result.ok) throw new Error(`The install page answered ${result.status}.`);
  done('admin_approved', `The admin of ${yuanlai.name} approved on WeCom's install page  管理员同意安装`);
  const authorization = await installed(yuanlai.corpId);
  done(
    'permanent_code_stored',
    `The auth code became a permanent code, generation ${authorization.generation}; agent ${authorization.agentId}  永久授权码已保存`,
  );

  await simulator.installFromMarket(suiteId, shanhai.corpId);
  await installed(shanhai.corpId);
  done(
    'second_corp_installed',
    `${shanhai.name} installed from the app market (create_auth)  另一家企业从应用市场安装`,
  );

  for (const { corpId } of world.corps) {
    await waitFor('the scheduled token', async () => (await simulator.callsOf('service/get_corp_token', corpId)) === 1);
  }
  done(
    'token_exchanged',
    'The schedule exchanged both permanent codes for access tokens, one call each  按计划换取 access_token',
  );

  const product = new ProductCode(stage.url, await issueDemoKey(app, suiteId));
  const sent = await product.sendAndSettle(yuanlai.corpId, { touser: 'YuanLaiShiNi', ...CONTRACT_NOTICE });
  const msgid = sent.deliveries[0]?.msgid;
  const [received] = await simulator.inbox(yuanlai.corpId, 'YuanLaiShiNi');
  if (sent.state !== 'accepted' || !msgid || received?.msgid !== msgid)
    throw new Error(`The notice ended as ${sent.state}.`);
  done('notice_received', `合同生成成功 arrived on the phone of YuanLaiShiNi  通知已送达 (msgid ${msgid})`);

  const foreign = shanhai.members.map((member) => member.userId);
  const refused = await product.sendAndSettle(yuanlai.corpId, { touser: foreign.join('|'), ...CONTRACT_NOTICE });
  const reached = (await Promise.all(foreign.map((userId) => simulator.inbox(shanhai.corpId, userId)))).flat().length;
  if (refused.state !== 'rejected' || reached !== 0) throw new Error('A member of the other corp was reached.');
  done(
    'other_corp_refused',
    `Members of ${shanhai.name} were refused (errcode ${refused.deliveries[0]?.errcode}) and received nothing  其他企业成员被拒绝`,
  );

  const bound = new ProductCode(stage.url, await issueDemoKey(app, suiteId, shanhai.corpId));
  const status = await bound.statusOfSending(yuanlai.corpId, { touser: 'YuanLaiShiNi', ...CONTRACT_NOTICE });
  if (status !== 404) throw new Error(`A key of ${shanhai.name} got ${status} for ${yuanlai.name}.`);
  done(
    'foreign_key_sees_nothing',
    `A key of ${shanhai.name} cannot see that ${yuanlai.name} exists (404)  密钥互相隔离`,
  );

  return { msgid, received: received.content };
}

/** The admin's browser: our install page, WeCom's, and back, with the cookie that binds the state to it. */
async function approveAsAdmin({ url, simulator, world }: Stage, corpId: string): Promise<Response> {
  const begin = await fetch(`${url}/install/${world.suite.suiteId}/start`, { redirect: 'manual' });
  const cookie = begin.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const wecomPage = begin.headers.get('location');
  if (wecomPage === null) throw new Error(`The install page answered ${begin.status} instead of leading to WeCom.`);
  return fetch(await simulator.approveInstall(wecomPage, corpId), { headers: { cookie } });
}

const folder = await mkdtemp(join(tmpdir(), 'suitepost-demo-'));
await chmod(folder, 0o755);
const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
const stopAll = async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stopAll().then(() => process.exit(130)));

try {
  console.log('suitepost, the whole story once, on a throw-away database  完整流程演示（临时数据库）\n');
  const env = { ...process.env, DATABASE_URL: '', DATABASE_MIGRATION_URL: '', DATA_DIR: folder, PORT: '0' };
  const stage = await setStage(env, { platform: 0, simulator: 0 }, (stop) => stops.push(stop));
  done('started', 'PostgreSQL, the WeCom simulator and the platform are up  数据库、模拟器、平台已启动');
  const { msgid, received } = await tell(stage);
  await stopAll();
  console.log(`\n${JSON.stringify({ ok: true, steps, msgid, received })}`);
} catch (error) {
  report(error);
  await stopAll().catch(report);
  console.log(`\n${JSON.stringify({ ok: false, steps, error: error instanceof Error ? error.message : 'unknown' })}`);
  process.exitCode = 1;
}
process.exit();
