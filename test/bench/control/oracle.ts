import { ClosedLoop, factsOf, FixedLimiter, meanOf, type RunFacts, type Scenario } from '#libs/simulation';

/** One fixed limit without a guard, over all runs. */
export interface FixedRun {
  readonly limit: number;
  readonly onTime: number;
  readonly failed: number;
  readonly outOfMemory: number;
  /** On-time jobs by phase. */
  readonly phases: readonly number[];
}

/** The best that a fixed limit does on a scenario, means over runs. */
export interface Oracle {
  readonly best: FixedRun;
  /** On-time jobs of whoever knew the best fixed limit of each phase. */
  readonly phased: number;
  /** The best of those that never ran out of memory. */
  readonly safe: FixedRun;
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

export function oracleOf(scenario: Scenario, seeds: readonly number[]): Oracle {
  const runs = fixedLimits.map((limit) => fixedRun(scenario, limit, seeds));
  const best = runs.reduce((a, b) => (b.onTime > a.onTime ? b : a));
  const phases = best.phases.map((_, phase) => Math.max(...runs.map((run) => run.phases[phase]!)));
  const netAt = (price: number): number => Math.max(...runs.map(({ onTime, failed }) => onTime - price * failed));
  const safe = runs.filter((run) => run.outOfMemory === 0).reduce((a, b) => (b.onTime > a.onTime ? b : a));
  return { best, safe, phased: phases.reduce((a, b) => a + b, 0), net: { 0: netAt(0), 1: netAt(1), 5: netAt(5) } };
}

function fixedRun(scenario: Scenario, limit: number, seeds: readonly number[]): FixedRun {
  const runs = seeds.map((seed): RunFacts => {
    const loop = new ClosedLoop({ scenario, seed }, () => new FixedLimiter(limit));
    loop.runUntil(scenario.duration);
    return factsOf(loop.tally, scenario.duration, scenario.phases);
  });
  const mean = (of: (run: RunFacts) => number): number => meanOf(runs.map(of));
  return {
    limit,
    onTime: mean(({ onTime }) => onTime),
    failed: mean(({ lost }) => lost),
    outOfMemory: mean(({ outOfMemory }) => outOfMemory),
    phases: runs[0]!.phases.map((_, phase) => mean(({ phases }) => phases[phase]!)),
  };
}
