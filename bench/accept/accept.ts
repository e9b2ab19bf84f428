import type { Bench, Line } from '../bench.ts';
import { linesOf } from '../bench.ts';
import { type Figures, rounded } from '../figures.ts';
import type { LoadOrder, LoadReport } from '../load/http-load.ts';
import { Instance } from '../platform/instance.ts';
import { Child } from '../rig/child.ts';
import { withCpu } from '../rig/measure.ts';
import { type Contender, interleave, ratio } from '../rig/rounds.ts';

const CONNECTIONS = 64;

/** Single POSTs of one notice each, answered after the commit. No worker runs: the baselines deliver nothing either. */
export async function measureAccept(bench: Bench): Promise<{ figures: Figures['accept']; lines: Line[] }> {
  const requests = bench.options.scale.acceptRequests;
  const platform = await Instance.start(bench, { database: 'bench_accept', role: 'api' });
  const bareDatabaseUrl = await bench.cluster.bareDatabase('bench_bare');
  const oneEach = Child.start('accept/one-transaction-each.ts');
  const batched = Child.start('accept/batched-insert.ts');

  const contender = (name: string, url: string, pid: number): Contender => ({
    name,
    round: async (turn) => {
      const order: LoadOrder = {
        url,
        kind: 'notices',
        requests,
        connections: CONNECTIONS,
        round: `${pid}-${turn}`,
        apiKey: bench.cluster.apiKey,
      };
      await bench.load.ask('prepare', order);
      const { result, cpuMs } = await withCpu([pid, bench.cluster.processId], () => bench.load.ask<LoadReport>('run'));
      return { perSecond: result.perSecond, cpuMicros: (cpuMs / requests) * 1_000 };
    },
  });
  const results = await interleave(
    [
      contender('one transaction each', await oneEach.ask('listen', { databaseUrl: bareDatabaseUrl }), oneEach.pid),
      contender(
        'bare batched insert (limit)',
        await batched.ask('listen', { databaseUrl: bareDatabaseUrl }),
        batched.pid,
      ),
      contender('suitepost', platform.url, platform.pid),
    ],
    bench.options.scale.rounds,
    bench.progress,
  );
  await Promise.all([platform.stop(), oneEach.stop(), batched.stop()]);

  const [one, bare, suitepost] = results;
  return {
    figures: {
      perSecond: rounded(suitepost!.perSecond, 0),
      vsOneTransactionEach: rounded(ratio(suitepost!, one!, 'perSecond'), 2),
      vsBareBatchedInsert: rounded(ratio(suitepost!, bare!, 'perSecond'), 2),
    },
    lines: linesOf('accept', results),
  };
}
