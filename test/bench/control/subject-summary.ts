import { meanOf, summaryOf } from '#libs/simulation';
import type { ScenarioScore, SubjectSummary } from '../report/results.ts';

/** Over the scenarios of a family: its scenarios are chance. */
export function familySummary(scores: readonly Pick<ScenarioScore, 'ratio' | 'oom'>[]): SubjectSummary {
  return { ...summaryOf(scores.map(({ ratio }) => ratio)), oom: meanOf(scores.map(({ oom }) => oom)) };
}

/** Over the named suite: its scenarios are fixed, the runs are chance. */
export function namedSummary(scores: readonly ScenarioScore[]): SubjectSummary {
  const runs = scores[0]?.runs.map((_, run) => meanOf(scores.map((score) => score.runs[run] ?? score.ratio)));
  return { ...familySummary(scores), spread: summaryOf(runs ?? []).spread };
}
