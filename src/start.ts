import 'reflect-metadata';
import { AuthorizationsService } from './modules/authorizations/authorizations.service.js';
import { SuitesService } from './modules/suites/suites.service.js';
import { runUntilSignal } from './run-until-signal.js';
import { CONTRACT_NOTICE } from './showcase/demo-world.js';
import { issueDemoKey, type Stage, setStage } from './showcase/stage.js';
import { waitFor } from './showcase/wait-for.js';

const PLATFORM_PORT = 3000;
const SIMULATOR_PORT = 3001;

/** `npm start`: with a database configured the platform and nothing else, without one everything it takes to try it. */
if (process.env.DATABASE_URL) {
  await import('./main.js');
} else {
  runUntilSignal(async (onStop) => {
    console.log('Starting PostgreSQL, the WeCom simulator and suitepost … 正在启动 …');
    const stage = await setStage(process.env, { platform: PLATFORM_PORT, simulator: SIMULATOR_PORT }, onStop);
    await installDemoCorps(stage);
    console.log(screen(stage, await issueDemoKey(stage.app, stage.world.suite.suiteId)));
  });
}

/** The simulator forgets everything when it stops, so both corps install again: each time a new generation. */
async function installDemoCorps({ app, simulator, world }: Stage): Promise<void> {
  const { suiteId } = world.suite;
  const authorizations = app.get(AuthorizationsService);
  await simulator.pushTicket(suiteId);
  await waitFor('the stored ticket', async () => (await app.get(SuitesService).ticketAge(suiteId)).health === 'fresh');
  for (const { corpId } of world.corps) {
    const before = (await authorizations.find(corpId, suiteId))?.generation ?? 0;
    await simulator.installFromMarket(suiteId, corpId);
    await waitFor(`the authorization of ${corpId}`, async () => {
      const now = await authorizations.find(corpId, suiteId);
      return now !== null && now.generation > before && now.state === 'active';
    });
  }
}

function screen({ url, simulator, world }: Stage, key: string): string {
  const [first, second] = world.corps;
  const admin = first.members[0]?.userId ?? '';
  const body = JSON.stringify({ touser: admin, ...CONTRACT_NOTICE });
  const rows = [
    ['Platform 平台', url],
    ['API description 接口说明', `${url}/openapi.json`],
    ['Install page 安装页面', `${url}/install/${world.suite.suiteId}`],
    ['WeCom simulator 企业微信模拟器', simulator.url],
    [`Phone of ${admin} 手机界面`, `${simulator.url}/phone/${first.corpId}/${admin}`],
    ['Installed corps 已安装企业', `${first.name} ${first.corpId}`],
    ['', `${second.name} ${second.corpId}`],
    ['Demo API key 演示密钥', key],
  ];
  const width = Math.max(...rows.map(([label]) => displayWidth(label ?? '')));
  const lines = rows.map(([label = '', value]) => `  ${label}${' '.repeat(width - displayWidth(label))}  ${value}`);
  return `
suitepost is up. 已就绪。

${lines.join('\n')}

Send the contract notice (paste it as it is), then look at the phone:
发送一条合同通知（整段粘贴即可），然后打开上面的手机界面：

curl -sS -X POST '${url}/v1/corps/${first.corpId}/notices' \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -H "Idempotency-Key: demo-$(date +%s%N)" \\
  -d '${body}'

Ctrl-C stops everything; the data stays in ${process.env.DATA_DIR ?? '.data'}. 按 Ctrl-C 停止，数据会保留。
`;
}

/** Chinese characters take two columns of a terminal. */
function displayWidth(label: string): number {
  return [...label].reduce((width, character) => width + (character.charCodeAt(0) > 0xff ? 2 : 1), 0);
}
