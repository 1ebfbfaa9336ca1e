import type { ScenarioResult, ScenarioScore, Section, SubjectResult } from '../report/results.ts';

export const mostDrawn = 10;

/** The default, where it takes part; else the best of ours. */
export function ownOf(subjects: readonly SubjectResult[]): SubjectResult | undefined {
  const ours = subjects.filter(({ kind }) => kind === 'ours' || kind === 'candidate');
  return ours.find((subject) => subject.default) ?? ours.toSorted((a, b) => b.summary.mean - a.summary.mean)[0];
}

export function worstOf({ scores }: SubjectResult, count: number): readonly ScenarioScore[] {
  return scores.toSorted((a, b) => a.ratio - b.ratio).slice(0, count);
}

/** What to work on next. `left`: scenarios that were left out. */
export function worstSection(
  subjects: readonly SubjectResult[],
  scenarios: readonly ScenarioResult[],
  left: number,
): Section | undefined {
  const own = ownOf(subjects);
  if (own === undefined) return undefined;
  const rows = worstOf(own, mostDrawn).map(({ scenario, ratio, spread, oom, missShare }) => {
    const { summary = '', best } = scenarios.find(({ name }) => name === scenario) ?? {};
    const miss = `${(100 * missShare).toFixed(0)} %`;
    return [scenario, ratio.toFixed(3), spread.toFixed(3), oom.toFixed(2), miss, String(best?.n ?? ''), summary];
  });
  return {
    title: `Where ${own.name} is worst`,
    table: { head: ['scenario', 'ratio', '±', 'OOM/run', 'missed', 'best fixed', 'what it is'], rows },
    notes: left === 0 ? [] : [`${left} scenarios were left out: nobody serves 20 jobs on time.`],
  };
}
