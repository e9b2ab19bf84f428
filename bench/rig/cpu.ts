import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: /proc counts in hundredths of a second on every Linux architecture we run on. */
const TICK_MS = 10;

interface ProcessTimes {
  readonly parent: number;
  readonly ticks: number;
}

/**
 * CPU milliseconds that these processes and all their descendants have used so far, children that already ended included
 * (their parent waited for them, so they are in its cutime/cstime). Read the same way for every contender.
 */
export function cpuMs(roots: readonly number[]): number {
  const processes = new Map<number, ProcessTimes>();
  for (const name of readdirSync('/proc')) {
    const times = /^\d+$/.test(name) ? readTimes(name) : undefined;
    if (times !== undefined) {
      processes.set(Number(name), times);
    }
  }
  let ticks = 0;
  for (const [pid, times] of processes) {
    if (descendsFrom(pid, roots, processes)) {
      ticks += times.ticks;
    }
  }
  return ticks * TICK_MS;
}

function readTimes(pid: string): ProcessTimes | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // It ended between the listing and the reading.
  }
  // The command name may hold blanks and brackets; the fields after it start at the state (field 3 of proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [utime, stime, cutime, cstime] = fields.slice(11, 15).map(Number);
  return { parent: Number(fields[1]), ticks: utime! + stime! + cutime! + cstime! };
}

function descendsFrom(pid: number, roots: readonly number[], processes: ReadonlyMap<number, ProcessTimes>): boolean {
  for (let current: number | undefined = pid; current !== undefined && current > 1; ) {
    if (roots.includes(current)) {
      return true;
    }
    current = processes.get(current)?.parent;
  }
  return false;
}
