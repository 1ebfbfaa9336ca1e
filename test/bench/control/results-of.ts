import type { FixedBest, ScenarioResult, ScenarioScore, SubjectResult, SubjectSummary } from '../report/results.ts';
import type { Oracle } from './oracle.ts';
import { scenarioOf } from './scenario-of.ts';
import { defaultStrategy, subjectOf } from './subjects.ts';
import type { SuiteResults } from './suite.ts';
import type { Traces } from '#libs/simulation';

/** A suite's figures as reports have them. `nameOf`: how a scenario is called there. */
export function subjectResults(
  { scores }: SuiteResults,
  summaryOf: (scores: readonly ScenarioScore[]) => SubjectSummary,
  nameOf: (id: string) => string = (id) => id,
): readonly SubjectResult[] {
  return [...scores].map(([name, each]) => ({
    name,
    default: name === defaultStrategy,
    kind: subjectOf(name).kind,
    scores: each.map((score) => ({ ...score, scenario: nameOf(score.scenario) })),
    summary: summaryOf(each),
  }));
}

export function scenarioResults(
  { oracles, curves }: SuiteResults,
  traces: Traces,
  nameOf: (id: string) => string = (id) => id,
): readonly ScenarioResult[] {
  return [...oracles].map(([id, oracle]) => {
    const { summary, duration, phases } = scenarioOf(id, traces);
    const drawn = curves.get(id) ?? [];
    return {
      name: nameOf(id),
      summary,
      duration,
      best: fixedBest(oracle, duration),
      ...(phases && { phases }),
      ...(drawn.length > 0 && { curves: drawn }),
    };
  });
}

function fixedBest({ best, net }: Oracle, duration: number): FixedBest {
  const seconds = duration / 1000;
  return {
    n: best.limit,
    rate: best.onTime / seconds,
    oom: best.outOfMemory,
    net: { 0: net[0] / seconds, 1: net[1] / seconds, 5: net[5] / seconds },
  };
}
