import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import {
  attachToRunningPostgres,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/modules/platform/database/embedded-postgres.js';
import { FolderInUse } from '../../src/modules/platform/database/owner-lock.js';
import type { Secret } from '../../src/modules/platform/secrets/secret.js';
import { until } from '../support/until.js';

const stops: (() => Promise<unknown>)[] = [];

async function folder(mode = 0o755): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'suitepost-embedded-'));
  await chmod(path, mode);
  stops.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres(dataDir);
  stops.push(() => postgres.stop());
  return postgres;
}

async function holder(
  dataDir: string,
): Promise<{ child: ChildProcess; said: { port?: number; processId?: number; refused?: string } }> {
  const child = spawn(process.execPath, ['test/database/hold-postgres.mjs', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stops.push(async () => child.kill('SIGKILL'));
  const [line] = await new Promise<string[]>((resolve) =>
    createInterface(child.stdout as NodeJS.ReadableStream).once('line', (first) => resolve([first])),
  );
  return { child, said: JSON.parse(line ?? '{}') };
}

async function query(url: Secret, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url.reveal() });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the embedded PostgreSQL', () => {
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  it('keeps its data between starts', async () => {
    const dataDir = await folder();
    const first = await startEmbeddedPostgres(dataDir);
    await query(first.migrationUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await start(dataDir);
    expect(await query(second.migrationUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('leaves no server behind when it stops', async () => {
    const postgres = await startEmbeddedPostgres(await folder());
    await postgres.stop();
    await until(() => !isRunning(postgres.processId), 'the server to be gone');
  });

  it('says clearly that another run has the folder, and which process it is', async () => {
    const dataDir = await folder();
    const { child } = await holder(dataDir);
    const refusal = await startEmbeddedPostgres(dataDir).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(FolderInUse);
    expect((refusal as Error).message).toContain(`process ${child.pid}`);
    expect((refusal as Error).message).toContain('DATA_DIR');
    await until(async () => (await attachToRunningPostgres(dataDir)).url, 'the running server to be attachable');
  });

  it('lets one of several runs that start together have the folder', async () => {
    const dataDir = await folder();
    const runs = await Promise.all([holder(dataDir), holder(dataDir), holder(dataDir)]);
    expect(runs.filter(({ said }) => said.port !== undefined)).toHaveLength(1);
    expect(runs.filter(({ said }) => said.refused?.includes('in use'))).toHaveLength(2);
    // Not SIGKILL: that would leave the server running.
    for (const { said } of runs) if (said.processId) process.kill(said.processId, 'SIGINT');
  });

  it('stops the server that a killed run left behind, and starts on the same data', async () => {
    const dataDir = await folder();
    const { child, said } = await holder(dataDir);
    const { migrationUrl } = await attachToRunningPostgres(dataDir);
    await query(migrationUrl, 'CREATE TABLE kept AS SELECT 1 AS one');
    child.kill('SIGKILL');
    await until(() => child.signalCode, 'the run to be dead');
    expect(isRunning(said.processId ?? 0)).toBe(true);
    const postgres = await start(dataDir);
    expect(isRunning(said.processId ?? 0)).toBe(false);
    expect(await query(postgres.migrationUrl, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  it('starts over where a run was killed before its cluster was whole', async () => {
    const dataDir = await folder();
    await mkdir(join(dataDir, 'postgres.init'));
    await writeFile(join(dataDir, 'postgres.init', 'half'), '');
    const postgres = await start(dataDir);
    expect(await query(postgres.superuserUrl, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
  });

  it('works in a folder below one that only its owner can enter', async () => {
    const postgres = await start(join(await folder(0o700), 'checkout', '.data'));
    expect(await query(postgres.url, 'SELECT current_user AS me')).toEqual([{ me: 'suitepost_app' }]);
  });

  it('keeps the passwords to itself', async () => {
    const postgres = await start(await folder());
    const { mode } = await (await import('node:fs/promises')).stat(join(postgres.folder, 'postgres-passwords.json'));
    expect(mode & 0o077).toBe(0);
    const log = await readFile(join(postgres.folder, 'postgres.log'), 'utf8');
    expect(log).not.toContain(new URL(postgres.url.reveal()).password);
  });
});
