import { meanOf, quantileOf } from '#libs/simulation';
import type { Section, SubjectResult } from '../report/results.ts';

/** What RunPod's actuator, which empties the worker before each change, takes of each law's on-time jobs. */
export function drainSection(subjects: readonly SubjectResult[], drained: readonly SubjectResult[]): Section {
  const rows = drained.flatMap((behind) => {
    const free = subjects.find(({ name }) => `${name} + drain` === behind.name);
    if (free === undefined) return [];
    const losses = behind.scores.flatMap(({ scenario, ratio }) => {
      const without = free.scores.find((score) => score.scenario === scenario)?.ratio;
      return without === undefined || without === 0 ? [] : [1 - ratio / without];
    });
    const median = quantileOf(
      losses.toSorted((a, b) => a - b),
      0.5,
    );
    return [[free.name, ...losses.map(percent), percent(median), percent(meanOf(losses))]];
  });
  const scenarios = drained[0]?.scores.map(({ scenario }) => scenario) ?? [];
  return {
    title: "Share of on-time jobs lost behind RunPod's drain",
    table: { head: ['law', ...scenarios, 'median', 'mean'], rows },
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
