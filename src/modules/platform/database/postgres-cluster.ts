import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './postgres-account.js';

const run = promisify(execFile);
const PASSWORDS_FILE = 'postgres-passwords.json';

/** Random, made with the cluster, in a file only we can read. */
export interface Passwords {
  superuser: string;
  owner: string;
  app: string;
}

/** Where the cluster of a data folder lies. */
export function clusterFolder(base: string): string {
  return join(base, 'postgres');
}

export async function readPasswords(base: string): Promise<Passwords> {
  return JSON.parse(await readFile(join(base, PASSWORDS_FILE), 'utf8')) as Passwords;
}

/** Makes the cluster where there is none yet, and answers its passwords. */
export async function ensureCluster(binaries: string, base: string, account: Account | undefined): Promise<Passwords> {
  const cluster = clusterFolder(base);
  if (await exists(join(cluster, 'PG_VERSION'))) return readPasswords(base);
  const random = () => randomBytes(24).toString('base64url');
  const passwords: Passwords = { superuser: random(), owner: random(), app: random() };
  await writeFile(join(base, PASSWORDS_FILE), JSON.stringify(passwords), { mode: 0o600 });
  // Into a folder beside, renamed when whole: a run killed in mid-initdb leaves nothing that looks like a cluster.
  const unfinished = `${cluster}.init`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (account) await chown(unfinished, account.uid, account.gid);
  await initialise(binaries, base, unfinished, account, passwords.superuser);
  await rm(cluster, { recursive: true, force: true });
  await rename(unfinished, cluster);
  return passwords;
}

async function initialise(
  binaries: string,
  base: string,
  cluster: string,
  account: Account | undefined,
  superuserPassword: string,
): Promise<void> {
  const passwordFile = join(base, 'initdb-password');
  await writeFile(passwordFile, superuserPassword, { mode: 0o600 });
  if (account) await chown(passwordFile, account.uid, account.gid);
  try {
    await run(
      join(binaries, 'bin', 'initdb'),
      [
        `--pgdata=${cluster}`,
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
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
