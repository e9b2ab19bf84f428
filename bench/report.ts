import { cpus } from 'node:os';
import type { Line } from './bench.ts';
import type { Figures } from './figures.ts';
import type { Options } from './options.ts';

export interface Report {
  readonly options: Options;
  readonly lines: readonly Line[];
  readonly figures: Figures;
  readonly seconds: number;
  readonly otherCores: number;
}

/** Above this the machine was not ours, and rates say little. */
const DISTURBED_AT_CORES = 0.2;

/** The table for people; then, alone on the last line, the figures for machines. */
export function printReport({ options, lines, figures, seconds, otherCores }: Report): void {
  const width = Math.max(...lines.map(({ contender }) => contender.length));
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.versions.node}`;
  console.log(
    `\n${machine}; ${options.quick ? 'quick' : 'full'} run of ${seconds.toFixed(0)} s, medians of ${options.scale.rounds} rounds\n`,
  );
  const disturbed = otherCores > DISTURBED_AT_CORES ? ' (too many: run it again when the machine is quiet)' : '';
  console.log(`other processes kept ${otherCores.toFixed(2)} cores busy${disturbed}\n`);
  let scenario = '';
  for (const line of lines) {
    console.log(
      `${(line.scenario === scenario ? '' : line.scenario).padEnd(9)} ${line.contender.padEnd(width)}  ${line.figures}`,
    );
    scenario = line.scenario;
  }
  console.log(`\nNotices of "suitepost" under deliver enter through NoticesService.send in its own process (checked, idempotent,
durable), as the peers' loops are handed their bodies; the line "over HTTP" pays for the API as well. CPU counts every
process of the contender, Postgres included; not the sink, not the client.\n`);
  console.log(JSON.stringify(figures));
}
