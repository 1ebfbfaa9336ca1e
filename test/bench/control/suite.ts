import { meanOf, summaryOf, type Summary } from '#libs/simulation';
import type { Oracle } from './oracle.ts';
import type { OracleCache } from './oracle-cache.ts';
import type { Run } from './run-once.ts';
import { scenarioOf } from './scenario-of.ts';
import type { Threads } from './threads.ts';

export interface SuiteOptions {
  readonly scenarios: readonly string[];
  readonly subjects: readonly string[];
  readonly seeds: readonly number[];
  readonly hints: boolean;
}

/** One law on one scenario, over all runs. */
export interface Scored {
  readonly scenario: string;
  readonly ratio: number;
  /** Standard deviation of the ratio over runs. */
  readonly spread: number;
  readonly phaseRatio: number;
  readonly oom: number;
  readonly miss: number;
  readonly settle: number;
  readonly overshoot: number;
  readonly churn: number;
  readonly regret: number;
  readonly net: readonly number[];
}

export interface SubjectScores {
  readonly subject: string;
  readonly scores: readonly Scored[];
  readonly summary: Summary & { readonly oom: number };
}

/** Fewer on-time jobs than these tell nothing. */
const enoughOnTime = 20;

export async function runSuite(
  threads: Threads,
  cache: OracleCache,
  options: SuiteOptions,
  progress: (text: string) => void = () => undefined,
): Promise<{ readonly oracles: ReadonlyMap<string, Oracle>; readonly results: readonly SubjectScores[] }> {
  const { seeds, hints } = options;
  const oracles = new Map<string, Oracle>();
  let done = 0;
  await Promise.all(
    options.scenarios.map(async (scenario) => {
      const known = cache.get(scenario, seeds);
      if (known !== undefined) return void oracles.set(scenario, known);
      const answer = await threads.ask({ kind: 'oracle', scenario, seeds });
      if (!('oracle' in answer)) return;
      oracles.set(scenario, answer.oracle);
      cache.set(scenario, seeds, answer.oracle);
      progress(`best fixed limits: ${(done += 1)}`);
    }),
  );
  cache.save();
  const told = options.scenarios.filter((scenario) => (oracles.get(scenario)?.best.onTime ?? 0) >= enoughOnTime);
  const results = await Promise.all(
    options.subjects.map(async (subject): Promise<SubjectScores> => {
      const scores = await Promise.all(
        told.map(async (scenario) => {
          const oracle = oracles.get(scenario)!;
          const rate = oracle.best.onTime / scenarioOf(scenario).duration;
          const answer = await threads.ask({ kind: 'runs', scenario, subject, seeds, hints, rate });
          return 'runs' in answer ? [scored(scenario, answer.runs, oracle)] : [];
        }),
      );
      progress(subject);
      const flat = scores.flat();
      const oom = meanOf(flat.map((each) => each.oom));
      return { subject, scores: flat, summary: { ...summaryOf(flat.map(({ ratio }) => ratio)), oom } };
    }),
  );
  return { oracles, results };
}

function scored(scenario: string, runs: readonly Run[], { best, phased, net }: Oracle): Scored {
  const mean = (of: (run: Run) => number): number => meanOf(runs.map(of));
  const onTime = mean(({ facts }) => facts.onTime);
  const failed = mean(({ facts }) => facts.lost);
  const ratios = runs.map(({ facts }) => facts.onTime / best.onTime);
  const ratio = meanOf(ratios);
  const missed = ({ facts: { late, dropped } }: Run): number => late + dropped;
  const served = ({ facts: { onTime: kept, late, dropped } }: Run): number => kept + late + dropped;
  return {
    scenario,
    ratio,
    spread: Math.sqrt(meanOf(ratios.map((each) => (each - ratio) ** 2))),
    phaseRatio: onTime / phased,
    oom: mean(({ facts }) => facts.outOfMemory),
    miss: mean((run) => missed(run) / Math.max(1, served(run))),
    settle: mean(({ trace }) => trace.settle),
    overshoot: mean(({ facts }) => facts.maxGate) / best.limit,
    churn: mean(({ facts }) => facts.churn),
    regret: mean(({ trace }) => trace.regret),
    net: ([0, 1, 5] as const).map((price) => (onTime - price * failed) / Math.max(1, net[price])),
  };
}
