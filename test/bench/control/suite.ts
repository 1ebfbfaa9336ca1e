import type { Traces } from '#libs/simulation';
import type { Curve, ScenarioScore } from '../report/results.ts';
import { oracleKey, type OracleCache } from './oracle-cache.ts';
import type { Oracle } from './oracle.ts';
import type { Progress } from './progress.ts';
import { scenarioOf, takesTraces } from './scenario-of.ts';
import { scoreOf } from './score.ts';
import type { Workers } from './threads.ts';

/** What a suite runs on. */
export interface Bench {
  readonly workers: Workers;
  readonly cache: Pick<OracleCache, 'get' | 'set'>;
  readonly traces: Traces;
  /** Tells one set of traces from another; empty: generators. */
  readonly traceTag: string;
  readonly progress: Progress;
}

export interface SuiteOptions {
  /** Ids. */
  readonly scenarios: readonly string[];
  /** Names of those who run on a scenario. */
  readonly subjects: (scenario: string) => readonly string[];
  /** Of the runs; each controller meets the same jobs. */
  readonly seeds: readonly number[];
  readonly hints: boolean;
  readonly curves: boolean;
}

export interface SuiteResults {
  /** Of the scenarios in which something can be told. */
  readonly oracles: ReadonlyMap<string, Oracle>;
  /** By subject, scenarios in the order given. */
  readonly scores: ReadonlyMap<string, readonly ScenarioScore[]>;
  /** By scenario. */
  readonly curves: ReadonlyMap<string, readonly Curve[]>;
}

/** Fewer on-time jobs than these tell nothing. */
const enoughOnTime = 20;

export async function runSuite(bench: Bench, options: SuiteOptions): Promise<SuiteResults> {
  const oracles = await oraclesOf(bench, options);
  const asked = [...oracles].flatMap(([scenario, oracle]) =>
    options.subjects(scenario).map((subject) => ({ scenario, subject, oracle })),
  );
  bench.progress.begin('runs', asked.length);
  const curves = new Map<string, readonly Curve[]>();
  const answers = await Promise.all(
    asked.map(async ({ scenario: id, subject, oracle }) => {
      const scenario = scenarioOf(id, bench.traces);
      const { seeds, hints } = options;
      const rate = oracle.best.onTime / scenario.duration;
      const task = { kind: 'runs', scenario: id, subject, seeds, hints, rate, curve: options.curves } as const;
      const answer = await bench.workers.ask(task);
      bench.progress.step();
      if (!('runs' in answer)) throw new TypeError(`no runs of ${subject}`);
      const drawn = answer.runs.flatMap(({ curve }) => curve ?? []);
      curves.set(id, [...(curves.get(id) ?? []), ...drawn]);
      return { subject, score: { ...scoreOf(scenario, answer.runs, oracle), scenario: id } };
    }),
  );
  const bySubject = Map.groupBy(answers, ({ subject }) => subject);
  const scores = new Map([...bySubject].map(([subject, each]) => [subject, each.map(({ score }) => score)]));
  return { oracles, scores, curves };
}

async function oraclesOf(bench: Bench, options: SuiteOptions): Promise<ReadonlyMap<string, Oracle>> {
  const { seeds, scenarios } = options;
  const keyOf = (id: string): string => oracleKey(id, seeds, takesTraces(id) ? bench.traceTag : '');
  const unknown = scenarios.filter((id) => bench.cache.get(keyOf(id)) === undefined);
  if (unknown.length > 0) bench.progress.begin('best fixed limits', unknown.length);
  await Promise.all(
    unknown.map(async (scenario) => {
      const answer = await bench.workers.ask({ kind: 'oracle', scenario, seeds });
      bench.progress.step();
      if ('oracle' in answer) bench.cache.set(keyOf(scenario), answer.oracle);
    }),
  );
  const known = scenarios.map((id) => [id, bench.cache.get(keyOf(id))] as const);
  return new Map(
    known.flatMap(([id, oracle]) =>
      oracle === undefined || oracle.best.onTime < enoughOnTime ? [] : [[id, oracle] as const],
    ),
  );
}
