import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Account {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root. When we are root, it runs as `postgres` where that account exists, else as `nobody`
 * (which every Linux has; adding an account to somebody's machine is not ours to do). Otherwise as ourselves.
 */
export async function postgresAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      // no such account: try the next
    }
  }
  throw new Error(
    'PostgreSQL cannot run as root and there is neither a postgres nor a nobody account. Set DATABASE_URL, or start as an ordinary user.',
  );
}
