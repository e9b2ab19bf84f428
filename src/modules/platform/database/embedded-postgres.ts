import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Secret } from '../secrets/secret.js';
import { lockFolder } from './owner-lock.js';
import { type Account, postgresAccount } from './postgres-account.js';
import { binariesVersion, canUse, postgresBinaries, privateCopy } from './postgres-binaries.js';
import { clusterFolder, ensureCluster, type Passwords, readPasswords } from './postgres-cluster.js';
import { startServer, stopOrphan, stopServer, superuserClient } from './postgres-server.js';

/** Where root keeps what an unprivileged account must read when the checkout lies under a folder only root can enter. */
const SYSTEM_FOLDER = '/var/lib/suitepost';
const PORT_FILE = 'postgres-port';

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
 * Starts the PostgreSQL that came from npm, with its data under `dataDir`, on a free loopback port with random passwords.
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
    const cluster = clusterFolder(base);
    await stopOrphan(cluster);
    const passwords = await ensureCluster(binaries, base, account);
    const logFile = join(base, 'postgres.log');
    const superuserPassword = passwords.superuser;
    const server = await startServer({ binaries, cluster, logFile, account, superuserPassword, flags });
    try {
      await createRoles(server.port, passwords);
      await writeFile(join(base, PORT_FILE), String(server.port), { mode: 0o600 });
    } catch (error) {
      await stopServer(server.process);
      throw error;
    }
    return {
      ...addresses(server.port, passwords),
      superuserUrl: addressOf('postgres', passwords.superuser, server.port, 'postgres'),
      port: server.port,
      folder: base,
      processId: server.process.pid ?? 0,
      stop: async () => {
        await stopServer(server.process);
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
  const [port, passwords] = await Promise.all([readFile(join(base, PORT_FILE), 'utf8'), readPasswords(base)]);
  return addresses(Number(port), passwords);
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

/** Idempotent, so that a run killed between initdb and here heals at the next start. */
async function createRoles(port: number, passwords: Passwords): Promise<void> {
  const client = superuserClient(port, passwords.superuser);
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
