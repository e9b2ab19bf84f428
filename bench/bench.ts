import type { Options } from './options.ts';
import type { Cluster } from './platform/cluster.ts';
import type { Child } from './rig/child.ts';
import type { Result } from './rig/rounds.ts';

/** What every scenario works with: one sink, one Postgres, one client, for all contenders. */
export interface Bench {
  readonly options: Options;
  readonly sink: Child;
  readonly sinkUrl: string;
  readonly cluster: Cluster;
  readonly load: Child;
  readonly progress: (text: string) => void;
}

/** One line of the printed table. */
export interface Line {
  readonly scenario: string;
  readonly contender: string;
  readonly figures: string;
}

export function linesOf(scenario: string, results: readonly Result[]): Line[] {
  return results.map((result) => ({
    scenario,
    contender: result.name,
    figures: `${result.perSecond.toFixed(0).padStart(7)}/s ±${result.spreadPercent.toFixed(0)}%  ${result.cpuMicros.toFixed(0).padStart(5)} µs CPU each`,
  }));
}
