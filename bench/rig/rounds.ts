import { median, spreadPercent } from './statistics.ts';

export interface Round {
  readonly perSecond: number;
  /** CPU of the contender, all its processes, per unit of work; the sink's and the load generator's are nobody's. */
  readonly cpuMicros: number;
}

export interface Contender {
  readonly name: string;
  round(turn: number): Promise<Round>;
}

export interface Result {
  readonly name: string;
  readonly rounds: readonly Round[];
  readonly perSecond: number;
  readonly cpuMicros: number;
  readonly spreadPercent: number;
}

/**
 * Rounds of all contenders in turn (A B C, A B C, …), so that a machine that slows down or speeds up during the run does so
 * for everyone. The first turn warms up caches and compilers and is thrown away.
 */
export async function interleave(
  contenders: readonly Contender[],
  rounds: number,
  progress: (text: string) => void,
): Promise<Result[]> {
  const kept = new Map<string, Round[]>(contenders.map(({ name }) => [name, []]));
  for (let turn = 0; turn <= rounds; turn++) {
    for (const contender of contenders) {
      const round = await contender.round(turn);
      progress(
        `${turn === 0 ? 'warm-up' : `round ${turn}/${rounds}`}  ${contender.name}: ${Math.round(round.perSecond)}/s`,
      );
      if (turn > 0) {
        kept.get(contender.name)!.push(round);
      }
    }
  }
  return contenders.map(({ name }) => summarize(name, kept.get(name)!));
}

function summarize(name: string, rounds: readonly Round[]): Result {
  const rates = rounds.map((round) => round.perSecond);
  return {
    name,
    rounds,
    perSecond: median(rates),
    cpuMicros: median(rounds.map((round) => round.cpuMicros)),
    spreadPercent: spreadPercent(rates),
  };
}

/** Ours ÷ theirs, turn by turn, then the median: what disturbed a turn disturbed both, so a drifting machine cancels out. */
export function ratio(ours: Result, theirs: Result, figure: keyof Round): number {
  return median(ours.rounds.map((round, turn) => round[figure] / theirs.rounds[turn]![figure]));
}
