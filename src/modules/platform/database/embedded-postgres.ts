import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { Secret } from '../secrets/secret.js';
import { lockFolder } from './owner-lock.js';
import { type Account, postgresAccount } from './postgres-account.js';
import { binariesVersion, canUse, postgresBinaries, privateCopy } from './postgres-binaries.js';
import { identityOf, isAlive } from './process-identity.js';

const run = promisify(execFile);

/** Where root keeps what an unprivileged account must read when the checkout lies under a folder only root can enter. */
const SYSTEM_FOLDER = '/var/lib/suitepost';
const PORT_FILE = 'postgres-port';
const PASSWORDS_FILE = 'postgres-passwords.json';
const START_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 20_000;

interface Passwords {
  superuser: string;
  owner: string;
  app: string;
}

export interface EmbeddedAddresses {
  /** The running platform: not an owner, cannot bypass row-level security. */
  url: Secret;
  /** Owner of the tables, for migrations. */
  migrationUrl: Secret;
}

export interface EmbeddedPostgres extends EmbeddedAddresses {
  /** Superuser of the cluster, database `postgres`: for tests and benchmarks. */
  superuserUrl: Secret;
  port: number;
  folder: string;
  processId: number;
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that came from npm, with its data under `dataDir`, on a free loopback port with a random password.
 *
 * The package's own launcher is not used: it answers Ctrl-C by killing the server while we still drain, and it runs the binaries
 * from the checkout as `postgres`, which fails where that account cannot enter it. A server left by a killed run is stopped
 * first.
 * @throws FolderInUse while another run owns the folder
 */
export async function startEmbeddedPostgres(dataDir: string, flags: readonly string[] = []): Promise<EmbeddedPostgres> {
  const account = await postgresAccount();
  const base = await readableFolder(resolve(dataDir), account);
  const unlock = await lockFolder(base, join(base, 'owner.json'));
  try {
    const binaries = await usableBinaries(account);
    const cluster = join(base, 'postgres');
    await stopOrphan(cluster);
    const passwords = await initialise(binaries, base, cluster, account);
    const { server, port } = await launch(binaries, base, cluster, account, passwords, flags);
    await createRoles(port, passwords);
    await writeFile(join(base, PORT_FILE), String(port), { mode: 0o600 });
    return {
      ...addresses(port, passwords),
      superuserUrl: addressOf('postgres', passwords.superuser, port, 'postgres'),
      port,
      folder: base,
      processId: server.pid ?? 0,
      stop: async () => {
        await stopServer(server);
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** The server that another process of ours has started on this folder, for commands that run beside it. */
export async function attachToRunningPostgres(dataDir: string): Promise<EmbeddedAddresses> {
  const base = await readableFolder(resolve(dataDir), await postgresAccount());
  const [port, passwords] = await Promise.all([
    readFile(join(base, PORT_FILE), 'utf8'),
    readFile(join(base, PASSWORDS_FILE), 'utf8'),
  ]);
  return addresses(Number(port), JSON.parse(passwords) as Passwords);
}

function addresses(port: number, passwords: Passwords): EmbeddedAddresses {
  return {
    url: addressOf('suitepost_app', passwords.app, port, 'suitepost'),
    migrationUrl: addressOf('suitepost_owner', passwords.owner, port, 'suitepost'),
  };
}

function addressOf(user: string, password: string, port: number, database: string): Secret {
  return Secret.of(`postgres://${user}:${password}@127.0.0.1:${port}/${database}`);
}

async function readableFolder(dataDir: string, account: Account | undefined): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  if (!account || (await canUse(account, dataDir))) return dataDir;
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const elsewhere = join(SYSTEM_FOLDER, name);
  await mkdir(elsewhere, { recursive: true, mode: 0o755 });
  return elsewhere;
}

async function usableBinaries(account: Account | undefined): Promise<string> {
  const binaries = await postgresBinaries();
  if (!account || (await canUse(account, join(binaries, 'bin', 'postgres')))) return binaries;
  return privateCopy(binaries, SYSTEM_FOLDER, await binariesVersion(binaries));
}

/** A server whose run was killed still holds the cluster: ask it to stop (fast), then insist (immediate). */
async function stopOrphan(cluster: string): Promise<void> {
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

async function initialise(
  binaries: string,
  base: string,
  cluster: string,
  account: Account | undefined,
): Promise<Passwords> {
  const passwordsFile = join(base, PASSWORDS_FILE);
  if (await exists(join(cluster, 'PG_VERSION'))) {
    return JSON.parse(await readFile(passwordsFile, 'utf8')) as Passwords;
  }
  const random = () => randomBytes(24).toString('base64url');
  const passwords: Passwords = { superuser: random(), owner: random(), app: random() };
  await writeFile(passwordsFile, JSON.stringify(passwords), { mode: 0o600 });
  // Into a folder beside, renamed when whole: a run killed in mid-initdb leaves nothing that looks like a cluster.
  const unfinished = `${cluster}.init`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  const passwordFile = join(base, 'initdb-password');
  await writeFile(passwordFile, passwords.superuser, { mode: 0o600 });
  if (account) {
    await chown(unfinished, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  try {
    await run(
      join(binaries, 'bin', 'initdb'),
      [
        `--pgdata=${unfinished}`,
        '--username=postgres',
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
        '--no-instructions',
      ],
      { ...account, cwd: '/', env: { PATH: process.env.PATH ?? '' } },
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rm(cluster, { recursive: true, force: true });
  await rename(unfinished, cluster);
  return passwords;
}

async function launch(
  binaries: string,
  base: string,
  cluster: string,
  account: Account | undefined,
  passwords: Passwords,
  flags: readonly string[],
): Promise<{ server: ChildProcess; port: number }> {
  const port = await freePort();
  const logFile = join(base, 'postgres.log');
  const log = openSync(logFile, 'w', 0o600);
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
    join(binaries, 'bin', 'postgres'),
    ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]), ...flags],
    // A session of its own: Ctrl-C in the terminal reaches us, not the server; we stop it when everything has drained.
    { ...account, cwd: '/', detached: true, stdio: ['ignore', log, log], env: { PATH: process.env.PATH ?? '' } },
  );
  closeSync(log);
  let exited = false;
  server.once('exit', () => {
    exited = true;
  });
  server.once('error', () => {
    exited = true;
  });
  const deadline = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadline && !exited) {
    if (await answers(port, passwords)) return { server, port };
    await delay(40);
  }
  if (!exited) await stopServer(server);
  const tail = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n');
  throw new Error(`The embedded PostgreSQL did not start. Its last words (${logFile}):\n${tail}`);
}

async function answers(port: number, passwords: Passwords): Promise<boolean> {
  const client = superuser(port, passwords);
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

/** Idempotent, so that a run killed between initdb and here heals at the next start. */
async function createRoles(port: number, passwords: Passwords): Promise<void> {
  const client = superuser(port, passwords);
  await client.connect();
  try {
    const roles = await client.query<{ rolname: string }>(
      `SELECT rolname FROM pg_roles WHERE rolname LIKE 'suitepost%'`,
    );
    const has = (name: string) => roles.rows.some((row) => row.rolname === name);
    if (!has('suitepost_runtime')) await client.query('CREATE ROLE suitepost_runtime NOLOGIN');
    if (!has('suitepost_owner')) {
      await client.query(`CREATE ROLE suitepost_owner LOGIN PASSWORD ${client.escapeLiteral(passwords.owner)}`);
    }
    if (!has('suitepost_app')) {
      await client.query(
        `CREATE ROLE suitepost_app LOGIN IN ROLE suitepost_runtime PASSWORD ${client.escapeLiteral(passwords.app)}`,
      );
    }
    const found = await client.query(`SELECT 1 FROM pg_database WHERE datname = 'suitepost'`);
    if (found.rowCount === 0) await client.query('CREATE DATABASE suitepost OWNER suitepost_owner');
  } finally {
    await client.end();
  }
}

function superuser(port: number, passwords: Passwords): Client {
  return new Client({ host: '127.0.0.1', port, user: 'postgres', password: passwords.superuser, database: 'postgres' });
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise<void>((done) => server.once('exit', () => done()));
  // Fast shutdown: open transactions are rolled back, everything committed is flushed.
  server.kill('SIGINT');
  const insist = setTimeout(() => server.kill('SIGQUIT'), STOP_DEADLINE_MS);
  await gone;
  clearTimeout(insist);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as { port: number };
  await new Promise<void>((done) => probe.close(() => done()));
  return port;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
