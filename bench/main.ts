import { measureAccept } from './accept/accept.ts';
import type { Bench, Line } from './bench.ts';
import { measureCallback } from './callback/callback.ts';
import { measureDeliver } from './deliver/deliver.ts';
import type { Figures } from './figures.ts';
import { measureIdle } from './idle/idle.ts';
import { readOptions } from './options.ts';
import { Cluster } from './platform/cluster.ts';
import { printReport } from './report.ts';
import { Child } from './rig/child.ts';
import { cleanUp, cleanUpOnSignals, isCleaningUp } from './rig/cleanup.ts';
import { otherLoad } from './rig/other-load.ts';

const SCENARIOS = { deliver: measureDeliver, accept: measureAccept, callback: measureCallback, idle: measureIdle };

cleanUpOnSignals();
try {
  await run();
} catch (error) {
  // After Ctrl-C the children end while they still owe answers: that is no failure.
  if (!isCleaningUp()) {
    console.error(error);
    process.exitCode = 1;
  }
} finally {
  await cleanUp();
}

async function run(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const startMs = performance.now();
  const otherCores = otherLoad();
  const progress = (text: string) => {
    console.error(`${((performance.now() - startMs) / 1_000).toFixed(0).padStart(4)} s  ${text}`);
  };
  const sink = Child.start('sink/sink.ts');
  const sinkUrl = await sink.ask<string>('listen');
  const cluster = await Cluster.start(sinkUrl);
  progress('Postgres is up and seeded');
  const bench: Bench = { options, sink, sinkUrl, cluster, load: Child.start('load/http-load.ts'), progress };
  const figures: Figures = {};
  const lines: Line[] = [];
  for (const scenario of options.scenarios) {
    const measured = await SCENARIOS[scenario](bench);
    Object.assign(figures, { [scenario]: measured.figures });
    lines.push(...measured.lines);
  }
  const seconds = (performance.now() - startMs) / 1_000;
  printReport({ options, lines, figures, seconds, otherCores: otherCores() });
}
