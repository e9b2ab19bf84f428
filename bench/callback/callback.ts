import type { Bench, Line } from '../bench.ts';
import { linesOf } from '../bench.ts';
import { type Figures, rounded } from '../figures.ts';
import type { LoadOrder, LoadReport } from '../load/http-load.ts';
import { Instance } from '../platform/instance.ts';
import { Child } from '../rig/child.ts';
import { withCpu } from '../rig/measure.ts';
import { type Contender, interleave, ratio } from '../rig/rounds.ts';
import { besideWorker, CALLBACK_DATABASE, inOneProcess } from './steady-under-load.ts';

const CONNECTIONS = 64;

/** Encrypted events, answered `success` after they are durable; then the same at WeCom's pace beside saturated workers. */
export async function measureCallback(bench: Bench): Promise<{ figures: Figures['callback']; lines: Line[] }> {
  const requests = bench.options.scale.callbackRequests;
  const easywechat = Child.start('callback/easywechat.ts');
  const platform = await Instance.start(bench, { database: CALLBACK_DATABASE, role: 'api' });

  const contender = (name: string, url: string, pid: number, roots: readonly number[]): Contender => ({
    name,
    round: async (turn) => {
      const order: LoadOrder = { url, kind: 'callbacks', requests, connections: CONNECTIONS, round: `${pid}-${turn}` };
      await bench.load.ask('prepare', order);
      const { result, cpuMs } = await withCpu(roots, () => bench.load.ask<LoadReport>('run'));
      return { perSecond: result.perSecond, cpuMicros: (cpuMs / requests) * 1_000 };
    },
  });
  const results = await interleave(
    [
      contender('node-easywechat 3.6.2 (stores nothing)', await easywechat.ask('listen'), easywechat.pid, [
        easywechat.pid,
      ]),
      contender('suitepost', platform.url, platform.pid, [platform.pid, bench.cluster.processId]),
    ],
    bench.options.scale.rounds,
    bench.progress,
  );
  await easywechat.stop();
  const steady = await besideWorker(bench, platform);
  await platform.stop();
  const lines = [...linesOf('callback', results), ...steady.lines];
  if (!bench.options.quick) {
    lines.push(...(await inOneProcess(bench)).lines);
  }

  const [peer, suitepost] = results;
  return {
    figures: {
      perSecond: rounded(suitepost!.perSecond, 0),
      vsNodeEasywechat: rounded(ratio(suitepost!, peer!, 'perSecond'), 2),
      p99Ms: rounded(steady.p99Ms, 1),
    },
    lines,
  };
}
