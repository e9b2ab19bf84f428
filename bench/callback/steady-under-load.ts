import type { Bench, Line } from '../bench.ts';
import type { LoadOrder, LoadReport } from '../load/http-load.ts';
import { Instance } from '../platform/instance.ts';

const PER_SECOND = 200;
const CONNECTIONS = 64;
/** Notices of one helping; the next is served before the last is delivered, so the workers never run dry. */
const HELPING = 2_000;

export const CALLBACK_DATABASE = 'bench_callback';

interface Steady {
  readonly p99Ms: number;
  readonly lines: Line[];
}

/** A worker process beside the one that takes the callbacks, as the compose file runs them. */
export async function besideWorker(bench: Bench, api: Instance): Promise<Steady> {
  const worker = await Instance.start(bench, { database: CALLBACK_DATABASE, role: 'worker' });
  const steady = await steadyUnderLoad(bench, { api, worker, shape: 'api and worker processes' });
  await worker.stop();
  return steady;
}

/** One process that does both, as `npm start` runs it: the harder case. */
export async function inOneProcess(bench: Bench): Promise<Steady> {
  const both = await Instance.start(bench, { database: 'bench_steady', role: 'all' });
  const steady = await steadyUnderLoad(bench, { api: both, worker: both, shape: 'one process' });
  await both.stop();
  return steady;
}

/** Callbacks at a fixed rate while the delivery workers have more to do than they can, on the same cores and Postgres. */
async function steadyUnderLoad(
  bench: Bench,
  { api, worker, shape }: { api: Instance; worker: Instance; shape: string },
): Promise<Steady> {
  await deliver(worker, 'warm-up');
  await callbacks(bench, api.url, 'warm-up', PER_SECOND);

  let going = true;
  let delivered = 0;
  const startMs = performance.now();
  const keepBusy = async () => {
    for (let helping = 0; going; helping++) {
      await deliver(worker, `helping-${helping}`);
      delivered += HELPING;
    }
  };
  const busy = keepBusy();
  const report = await callbacks(bench, api.url, 'steady', PER_SECOND * bench.options.scale.callbackSteadySeconds);
  going = false;
  await busy;
  const deliveredPerSecond = (delivered / (performance.now() - startMs)) * 1_000;

  const load = `${PER_SECOND}/s beside saturated workers (${shape}; ${deliveredPerSecond.toFixed(0)} deliveries/s)`;
  bench.progress(`callbacks at ${load}: p99 ${report.p99Ms.toFixed(1)} ms`);
  const figures = `p50 ${report.p50Ms.toFixed(1)} ms  p99 ${report.p99Ms.toFixed(1)} ms  max ${report.maxMs.toFixed(1)} ms`;
  return { p99Ms: report.p99Ms, lines: [{ scenario: 'callback', contender: `suitepost at ${load}`, figures }] };
}

async function deliver(worker: Instance, round: string): Promise<void> {
  await worker.prepareNotices(HELPING, round);
  await worker.deliverNotices();
}

async function callbacks(bench: Bench, url: string, round: string, requests: number): Promise<LoadReport> {
  const order: LoadOrder = { url, kind: 'callbacks', requests, connections: CONNECTIONS, round, perSecond: PER_SECOND };
  await bench.load.ask('prepare', order);
  return bench.load.ask<LoadReport>('run');
}
