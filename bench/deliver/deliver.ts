import type { Bench, Line } from '../bench.ts';
import { linesOf } from '../bench.ts';
import { type Figures, rounded } from '../figures.ts';
import { CORPS } from '../load/corps.ts';
import { Instance } from '../platform/instance.ts';
import { Child } from '../rig/child.ts';
import { withCpu } from '../rig/measure.ts';
import { type Contender, interleave, type Round, ratio } from '../rig/rounds.ts';
import type { PreparedLoad } from './prepared-load.ts';

/** Sends in flight of both peers, as the comparison was set; the platform keeps its own default. */
const PEER_CONCURRENCY = 32;
const HTTP_CONNECTIONS = 64;

/** Notices from the first accept call to the last delivery settled in Postgres, against peers that keep nothing. */
export async function measureDeliver(bench: Bench): Promise<{ figures: Figures['deliver']; lines: Line[] }> {
  const { notices, rounds } = { notices: bench.options.scale.deliverNotices, rounds: bench.options.scale.rounds };
  const platform = await Instance.start(bench, { database: 'bench_deliver', role: 'all' });
  const peers = { easywechat: Child.start('deliver/easywechat.ts'), undici: Child.start('deliver/undici.ts') };
  const platformProcesses = [platform.pid, bench.cluster.processId];

  const peer = (name: string, child: Child): Contender => ({
    name,
    round: (turn) =>
      timed(bench, notices, [child.pid], {
        prepare: () => child.ask('prepare', loadOf(bench, notices, `${child.pid}-${turn}`)),
        run: () => child.ask('run'),
      }),
  });
  const ours: Contender = {
    name: 'suitepost',
    round: (turn) =>
      timed(bench, notices, platformProcesses, {
        prepare: () => platform.prepareNotices(notices, `own-${turn}`),
        run: () => platform.deliverNotices(),
      }),
  };
  const oursOverHttp: Contender = {
    name: `suitepost, offered over HTTP (${HTTP_CONNECTIONS} connections)`,
    round: (turn) =>
      timed(bench, notices, platformProcesses, {
        prepare: () =>
          bench.load.ask('prepare', {
            url: platform.url,
            apiKey: bench.cluster.apiKey,
            kind: 'notices',
            requests: notices,
            connections: HTTP_CONNECTIONS,
            round: `http-${turn}`,
          }),
        run: async () => {
          await bench.load.ask('run');
          await platform.allSettled();
        },
      }),
  };

  const contenders = [
    peer('node-easywechat 3.6.2', peers.easywechat),
    peer('undici loop (limit)', peers.undici),
    ours,
    ...(bench.options.quick ? [] : [oursOverHttp]),
  ];
  const results = await interleave(contenders, rounds, bench.progress);
  await platform.check();
  await Promise.all([platform.stop(), peers.easywechat.stop(), peers.undici.stop()]);

  const [easywechat, undici, suitepost] = results;
  return {
    figures: {
      perSecond: rounded(suitepost!.perSecond, 0),
      vsNodeEasywechat: rounded(ratio(suitepost!, easywechat!, 'perSecond'), 2),
      vsUndici: rounded(ratio(suitepost!, undici!, 'perSecond'), 2),
      cpuVsNodeEasywechat: rounded(ratio(suitepost!, easywechat!, 'cpuMicros'), 2),
    },
    lines: linesOf('deliver', results),
  };
}

function loadOf(bench: Bench, notices: number, round: string): PreparedLoad {
  return { url: bench.sinkUrl, corps: CORPS, notices, concurrency: PEER_CONCURRENCY, round };
}

/** One round, and the proof that it did the work: the sink must have received each notice exactly once. */
async function timed(
  bench: Bench,
  notices: number,
  roots: readonly number[],
  steps: { prepare(): Promise<unknown>; run(): Promise<unknown> },
): Promise<Round> {
  await steps.prepare();
  await bench.sink.ask('takeCounts');
  const { result: elapsedMs, cpuMs } = await withCpu(roots, async () => {
    const startMs = performance.now();
    await steps.run();
    return performance.now() - startMs;
  });
  const sent = (await bench.sink.ask<Record<string, number>>('takeCounts'))['/cgi-bin/message/send'];
  if (sent !== notices) {
    throw new Error(`the sink received ${sent} notices instead of ${notices}`);
  }
  return { perSecond: (notices / elapsedMs) * 1_000, cpuMicros: (cpuMs / notices) * 1_000 };
}
