import type { Bench, Line } from '../bench.ts';
import type { LoadOrder, LoadReport } from '../load/http-load.ts';
import { Instance } from '../platform/instance.ts';

const PER_SECOND = 200;
const CONNECTIONS = 64;
/** Notices of one helping; the next is served before the last is delivered, so the workers never run dry. */
const HELPING = 3_000;

/** Callbacks at a fixed rate to a process whose own delivery workers (ROLE=all) have more than they can do all the time. */
export async function steadyUnderLoad(bench: Bench): Promise<{ p99Ms: number; lines: Line[] }> {
  const platform = await Instance.start(bench, { database: 'bench_steady', role: 'all' });
  let delivered = 0;
  let going = true;
  const keepBusy = async () => {
    for (let helping = 0; going; helping++) {
      await platform.prepareNotices(HELPING, `steady-${helping}`);
      await platform.deliverNotices();
      delivered += HELPING;
    }
  };
  await platform.prepareNotices(HELPING, 'steady-warm');
  await platform.deliverNotices();
  const order: LoadOrder = {
    url: platform.url,
    kind: 'callbacks',
    requests: PER_SECOND * bench.options.scale.callbackSteadySeconds,
    connections: CONNECTIONS,
    round: 'steady',
    perSecond: PER_SECOND,
  };
  await bench.load.ask('prepare', order);
  const startMs = performance.now();
  const busy = keepBusy();
  const report = await bench.load.ask<LoadReport>('run');
  going = false;
  await busy;
  const deliveredPerSecond = (delivered / (performance.now() - startMs)) * 1_000;
  await platform.stop();
  bench.progress(`callbacks at ${PER_SECOND}/s beside saturated workers: p99 ${report.p99Ms.toFixed(1)} ms`);
  return {
    p99Ms: report.p99Ms,
    lines: [
      {
        scenario: 'callback',
        contender: `suitepost at ${PER_SECOND}/s, workers saturated (${deliveredPerSecond.toFixed(0)} deliveries/s)`,
        figures: `p50 ${report.p50Ms.toFixed(1)} ms  p99 ${report.p99Ms.toFixed(1)} ms  max ${report.maxMs.toFixed(1)} ms`,
      },
    ],
  };
}
