import { setTimeout as delay } from 'node:timers/promises';
import type { Bench, Line } from '../bench.ts';
import { type Figures, rounded } from '../figures.ts';
import { Connection } from '../load/connection.ts';
import { noticeRequest } from '../load/requests.ts';
import { Instance } from '../platform/instance.ts';
import { quantile } from '../rig/statistics.ts';

const PER_SECOND = 10;
const WARM_UP = 10;

/**
 * One notice at a time on a quiet platform (ROLE=all, its defaults): from the moment the client writes the POST to the
 * moment the sink has read the send call. Both read the machine's monotonic clock, so two processes can be compared.
 */
export async function measureIdle(bench: Bench): Promise<{ figures: Figures['idle']; lines: Line[] }> {
  const platform = await Instance.start(bench, { database: 'bench_idle', role: 'all' });
  const connection = await Connection.open(platform.url);
  const sentAt = new Map<string, bigint>();
  await bench.sink.ask('noteArrivals');
  for (let index = 0; index < WARM_UP + bench.options.scale.idleSeconds * PER_SECOND; index++) {
    const marker = `idle-${index}`;
    const request = noticeRequest(platform.url, bench.cluster.apiKey, index, marker);
    sentAt.set(marker, process.hrtime.bigint());
    const { status } = await connection.exchange(request);
    if (status !== 202) {
      throw new Error(`answered ${status}`);
    }
    // Not in step with any timer of the platform: between half and one and a half of the mean distance.
    await delay((1_000 / PER_SECOND) * (0.5 + Math.random()));
  }
  await platform.allSettled();
  connection.close();
  const arrivals = await bench.sink.ask<Map<string, bigint>>('takeArrivals');
  await platform.stop();

  const latenciesMs = [...sentAt].slice(WARM_UP).map(([marker, sent]) => {
    const arrived = arrivals.get(marker);
    if (arrived === undefined) {
      throw new Error(`${marker} never arrived`);
    }
    return Number(arrived - sent) / 1e6;
  });
  const [p50Ms, p99Ms] = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99)];
  bench.progress(
    `idle latency over ${latenciesMs.length} notices: p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`,
  );
  return {
    figures: { p50Ms: rounded(p50Ms, 1), p99Ms: rounded(p99Ms, 1) },
    lines: [
      {
        scenario: 'idle',
        contender: `suitepost, POST written → read by the sink (${latenciesMs.length} notices)`,
        figures: `p50 ${p50Ms.toFixed(1)} ms  p99 ${p99Ms.toFixed(1)} ms  max ${Math.max(...latenciesMs).toFixed(1)} ms`,
      },
    ],
  };
}
