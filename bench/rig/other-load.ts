import { readFileSync } from 'node:fs';
import { cpuMs } from './cpu.ts';

const TICK_MS = 10;

/** Cores that processes outside of this run keep busy, from now until the returned function is asked. */
export function otherLoad(): () => number {
  const start = { atMs: performance.now(), busyMs: machineBusyMs(), ownMs: cpuMs([process.pid]) };
  return () => {
    const busyMs = machineBusyMs() - start.busyMs;
    const ownMs = cpuMs([process.pid]) - start.ownMs;
    return Math.max(0, busyMs - ownMs) / (performance.now() - start.atMs);
  };
}

/** First line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal (a neighbour's load counts as well). */
function machineBusyMs(): number {
  const [line] = readFileSync('/proc/stat', 'latin1').split('\n');
  const [user, nice, system, , , irq, softirq, steal] = line!.trim().split(/\s+/).slice(1).map(Number);
  return (user! + nice! + system! + irq! + softirq! + steal!) * TICK_MS;
}
