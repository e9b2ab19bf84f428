import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';

const run = promisify(execFile);
const stops: (() => Promise<unknown>)[] = [];

/** As on a bare machine: nothing configured. */
const BARE = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/' };

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'suitepost-program-'));
  await chmod(path, 0o755);
  stops.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

interface Program {
  child: ChildProcess;
  printed(): string;
  exited: Promise<number | null>;
}

function start(script: string, env: Record<string, string>): Program {
  const child = spawn(process.execPath, [script], { env: { ...BARE, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  stops.push(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  return { child, printed: () => printed, exited };
}

describe('the programs a newcomer starts', () => {
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  it('demo tells the whole story and ends with one line of JSON', async () => {
    const { stdout } = await run(process.execPath, ['dist/src/demo.js'], { env: BARE });
    const story = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(story).toMatchObject({
      ok: true,
      steps: expect.arrayContaining([
        'ticket_pushed',
        'admin_approved',
        'permanent_code_stored',
        'token_exchanged',
        'notice_received',
        'other_corp_refused',
      ]),
      msgid: expect.stringMatching(/.+/),
      received: {
        msgtype: 'miniprogram_notice',
        title: '合同生成成功',
        page: expect.stringMatching(/^pages\/index\/index/),
        emphasisFirstItem: true,
        items: [
          { key: '消息内容', value: '您的合同模板已生成成功,点击查看详情' },
          { key: '合同名称', value: '电子签合同' },
          { key: '我方企业', value: '甲方' },
        ],
      },
    });
  });

  it('start prints a curl line that sends a notice as it is, and starts again on the same data', async () => {
    const dataDir = await folder();
    for (const round of ['first', 'second']) {
      const program = start('dist/src/start.js', { DATA_DIR: dataDir, PORT: '0' });
      await until(
        () => program.printed().includes('suitepost is up') || program.child.exitCode !== null,
        `the ${round} start`,
        60_000,
      );
      const curl = /^curl [\s\S]*?-d '.*'$/m.exec(program.printed())?.[0] ?? '';
      const { stdout } = await run('bash', ['-c', curl]);
      expect(JSON.parse(stdout)).toMatchObject({ id: expect.any(String), recipients: 1 });
      const phone = /http:\S+\/phone\/\S+/.exec(program.printed())?.[0] ?? '';
      await until(
        async () => (await (await fetch(phone)).text()).includes('您的合同模板已生成成功'),
        'the notice on the phone',
      );
      program.child.kill('SIGINT');
      expect(await program.exited).toBe(0);
    }
  });

  it('a second start beside a running one is refused in words', async () => {
    const dataDir = await folder();
    const first = start('dist/src/start.js', { DATA_DIR: dataDir, PORT: '0' });
    await until(() => first.printed().includes('suitepost is up'), 'the first start', 60_000);
    const second = start('dist/src/start.js', { DATA_DIR: dataDir, PORT: '0' });
    expect(await second.exited).toBe(1);
    expect(second.printed()).toContain('is in use by another run of suitepost');
    expect(second.printed()).not.toContain(' at ');
  });

  it('main lists every bad variable, without its value, and exits 1', async () => {
    const program = start('dist/src/main.js', { ROLE: 'chief', PORT: 'hunter2', LOG_LEVEL: 'noisy' });
    expect(await program.exited).toBe(1);
    for (const name of ['ROLE', 'PORT', 'LOG_LEVEL']) expect(program.printed()).toContain(`- ${name}:`);
    expect(program.printed()).not.toMatch(/hunter2|chief|noisy/);
  });

  it('the command line makes, lists and revokes a key beside the running platform', async () => {
    const dataDir = await folder();
    const platform = start('dist/src/start.js', { DATA_DIR: dataDir, PORT: '0' });
    await until(() => platform.printed().includes('suitepost is up'), 'the start', 60_000);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(platform.printed())?.[0] ?? '';
    const cli = async (...args: string[]) =>
      (await run(process.execPath, ['dist/src/cli.js', ...args], { env: { ...BARE, DATA_DIR: dataDir } })).stdout;
    const made = await cli(
      'keys',
      'create',
      '--suite',
      'wwdemo0suite0000001',
      '--name',
      'billing',
      '--corp',
      'wpDemoCorpYuanLai0000001',
      '--scope',
      'notice:read',
    );
    const [, id = '', key = ''] = /id +(\S+)\nkey +(\S+)/.exec(made) ?? [];
    expect(await cli('keys', 'list')).toContain(id);
    expect(await cli('keys', 'list')).not.toContain(key);
    const list = (corpId: string) =>
      fetch(`${url}/v1/corps/${corpId}/notices`, { headers: { authorization: `Bearer ${key}` } });
    expect((await list('wpDemoCorpYuanLai0000001')).status).toBe(200);
    const [foreign, missing] = await Promise.all(['wpDemoCorpShanHai0000002', 'wpNobody'].map(list));
    expect([foreign?.status, missing?.status]).toEqual([404, 404]);
    await cli('keys', 'revoke', id);
    await until(
      async () => (await list('wpDemoCorpYuanLai0000001')).status === 401,
      'the revocation to reach the platform',
    );
  });

  it('the command line says what it does not understand', async () => {
    const refused = await run(process.execPath, ['dist/src/cli.js', 'keys', 'create', '--colour', 'red'], {
      env: BARE,
    }).catch((error: { code: number; stderr: string }) => error);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--colour') });
  });
});
