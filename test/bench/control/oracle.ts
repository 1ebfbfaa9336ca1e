import { ClosedLoop, factsOf, FixedLimiter, meanOf, type RunFacts, type Scenario } from '#libs/simulation';
import { TimedLimiter } from './timed-limiter.ts';

/** One fixed limit without a guard, over all runs. */
export interface FixedRun {
  readonly limit: number;
  readonly onTime: number;
  readonly failed: number;
  readonly outOfMemory: number;
  /** On-time jobs by phase. */
  readonly phases: readonly number[];
  /** q_0.9 of service times, ms; 0 where nothing ended. */
  readonly tail: number;
  /** On-time jobs run by run, in the order of the seeds. */
  readonly runs: readonly number[];
}

/** The best that a fixed limit does on a scenario, means over runs. */
export interface Oracle {
  readonly best: FixedRun;
  /** On-time jobs of whoever knew the best fixed limit of each phase. */
  readonly phased: number;
  /** The best of those that never ran out of memory; absent: even one job at a time does. */
  readonly safe?: FixedRun | undefined;
  /** Best of onTime − price·failed. */
  readonly net: Readonly<Record<Price, number>>;
}

export type Price = (typeof prices)[number];
/** What a failed job costs, in on-time jobs. */
export const prices = [0, 1, 5] as const;

export const fixedLimits: readonly number[] = [
  ...Array.from({ length: 24 }, (_, index) => index + 1),
  ...Array.from({ length: 20 }, (_, index) => 26 + 2 * index),
];

export function oracleOf(
  scenario: Scenario,
  seeds: readonly number[],
  limits: readonly number[] = fixedLimits,
): Oracle {
  const runs = limits.map((limit) => fixedRun(scenario, limit, seeds));
  const best = bestOf(runs);
  if (best === undefined) throw new RangeError('no limit to choose from');
  const phases = best.phases.map((_, phase) => Math.max(...runs.map((run) => run.phases[phase]!)));
  const netAt = (price: number): number => Math.max(...runs.map(({ onTime, failed }) => onTime - price * failed));
  return {
    best,
    safe: bestOf(runs.filter((run) => run.outOfMemory === 0)),
    phased: phases.reduce((a, b) => a + b, 0),
    net: { 0: netAt(0), 1: netAt(1), 5: netAt(5) },
  };
}

/** The least of equals. */
function bestOf(runs: readonly FixedRun[]): FixedRun | undefined {
  return runs.reduce<FixedRun | undefined>((a, b) => (a === undefined || b.onTime > a.onTime ? b : a), undefined);
}

function fixedRun(scenario: Scenario, limit: number, seeds: readonly number[]): FixedRun {
  const runs = seeds.map((seed): { readonly facts: RunFacts; readonly tail: number } => {
    const limiter = new TimedLimiter(new FixedLimiter(limit));
    const loop = new ClosedLoop({ scenario, seed }, () => limiter);
    loop.runUntil(scenario.duration);
    return { facts: factsOf(loop.tally, scenario.duration, scenario.phases), tail: limiter.tail ?? 0 };
  });
  const mean = (of: (facts: RunFacts) => number): number => meanOf(runs.map(({ facts }) => of(facts)));
  return {
    limit,
    onTime: mean(({ onTime }) => onTime),
    failed: mean(({ lost }) => lost),
    outOfMemory: mean(({ outOfMemory }) => outOfMemory),
    phases: runs[0]!.facts.phases.map((_, phase) => mean(({ phases }) => phases[phase]!)),
    tail: meanOf(runs.map(({ tail }) => tail)),
    runs: runs.map(({ facts }) => facts.onTime),
  };
}
