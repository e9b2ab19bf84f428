import { readFile } from 'node:fs/promises';

/** A process for certain: a pid alone may have been given to another process since. */
export interface ProcessIdentity {
  pid: number;
  /** Start time in clock ticks since boot, field 22 of /proc/<pid>/stat; absent where there is no /proc. */
  startTicks?: string;
}

export async function identityOf(pid: number): Promise<ProcessIdentity> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The command name may hold blanks and brackets: count fields from behind it.
    const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return startTicks === undefined ? { pid } : { pid, startTicks };
  } catch {
    return { pid };
  }
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (identity.startTicks === undefined) return true;
  const now = await identityOf(identity.pid);
  return now.startTicks === undefined || now.startTicks === identity.startTicks;
}
