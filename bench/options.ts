import { parseArgs } from 'node:util';

export const SCENARIOS = ['deliver', 'accept', 'callback', 'idle'] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** How much of everything; `quick` is for a look, its figures scatter about twice as much. */
export interface Scale {
  readonly rounds: number;
  readonly deliverNotices: number;
  readonly acceptRequests: number;
  readonly callbackRequests: number;
  readonly callbackSteadySeconds: number;
  readonly idleSeconds: number;
}

const FULL: Scale = {
  rounds: 5,
  deliverNotices: 20_000,
  acceptRequests: 10_000,
  callbackRequests: 10_000,
  callbackSteadySeconds: 30,
  idleSeconds: 60,
};

const QUICK: Scale = {
  rounds: 3,
  deliverNotices: 2_000,
  acceptRequests: 1_200,
  callbackRequests: 1_200,
  callbackSteadySeconds: 4,
  idleSeconds: 5,
};

export interface Options {
  readonly quick: boolean;
  readonly scale: Scale;
  readonly scenarios: readonly Scenario[];
  /** Folder for CPU profiles of the platform process; none are taken without it. */
  readonly profileTo: string | undefined;
}

export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, profile: { type: 'string' } },
  });
  const wanted = values.only?.split(',') ?? SCENARIOS;
  const unknown = wanted.filter((name) => !SCENARIOS.includes(name as Scenario));
  if (unknown.length > 0) {
    throw new Error(`--only knows ${SCENARIOS.join(', ')}; not ${unknown.join(', ')}`);
  }
  return {
    quick: values.quick,
    scale: values.quick ? QUICK : FULL,
    scenarios: SCENARIOS.filter((name) => wanted.includes(name)),
    profileTo: values.profile,
  };
}
