import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Account } from './postgres-account.js';
import { identityOf, isAlive } from './process-identity.js';

const START_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 20_000;

export interface RunningServer {
  process: ChildProcess;
  port: number;
}

/** Starts the server on a free loopback port and waits until it takes the superuser's password. */
export async function startServer(options: {
  binaries: string;
  cluster: string;
  logFile: string;
  account: Account | undefined;
  superuserPassword: string;
  flags: readonly string[];
}): Promise<RunningServer> {
  const port = await freePort();
  const log = openSync(options.logFile, 'w', 0o600);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    max_connections: '120',
    jit: 'off',
    // Rows that break a constraint are printed with their values otherwise.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
  };
  const server = spawn(
    join(options.binaries, 'bin', 'postgres'),
    [
      '-D',
      options.cluster,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ...options.flags,
    ],
    // A session of its own: Ctrl-C in the terminal reaches us, not the server; we stop it when everything has drained.
    {
      ...options.account,
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH ?? '' },
    },
  );
  closeSync(log);
  let ended = false;
  for (const event of ['exit', 'error'] as const) {
    server.once(event, () => {
      ended = true;
    });
  }
  const deadline = performance.now() + START_DEADLINE_MS;
  while (performance.now() < deadline && !ended) {
    if (await answers(port, options.superuserPassword)) return { process: server, port };
    await delay(40);
  }
  if (!ended) await stopServer(server);
  const words = await readFile(options.logFile, 'utf8').catch(() => '');
  const tail = words.trim().split('\n').slice(-5).join('\n');
  throw new Error(`The embedded PostgreSQL did not start. Its last words (${options.logFile}):\n${tail}`);
}

/** Fast shutdown: open transactions are rolled back, everything committed is flushed. */
export async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise<void>((done) => server.once('exit', () => done()));
  server.kill('SIGINT');
  const insist = setTimeout(() => server.kill('SIGQUIT'), STOP_DEADLINE_MS);
  await gone;
  clearTimeout(insist);
}

/** A server whose run was killed still holds the cluster: ask it to stop (fast), then insist (immediate). */
export async function stopOrphan(cluster: string): Promise<void> {
  const lines = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(lines.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (!commandLine.includes(cluster)) return;
  const orphan = await identityOf(pid);
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!(await isAlive(orphan))) return;
    process.kill(pid, signal);
    for (let waited = 0; waited < STOP_DEADLINE_MS / 2 && (await isAlive(orphan)); waited += 50) await delay(50);
  }
}

export function superuserClient(port: number, password: string): Client {
  return new Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' });
}

async function answers(port: number, superuserPassword: string): Promise<boolean> {
  const client = superuserClient(port, superuserPassword);
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as { port: number };
  await new Promise<void>((done) => probe.close(() => done()));
  return port;
}
