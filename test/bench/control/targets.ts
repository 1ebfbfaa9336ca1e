import type { Section, SubjectResult } from '../report/results.ts';
import { atLeast, atMost, checkSection, type Check } from './check.ts';

/** What a shipped law has to reach on the named suite. */
export function namedTargets(subjects: readonly SubjectResult[]): Section | undefined {
  const own = subjects.find((subject) => subject.default);
  if (own === undefined) return undefined;
  const { worst, geomean } = own.summary;
  const at = (name: string) => own.scores.find(({ scenario }) => scenario === name);
  const [first, drift, mix] = ['S1', 'S4', 'S5'].map(at);
  const others = subjects.filter((subject) => subject.kind === 'ours' && !subject.default);
  return checkSection(`Targets of ${own.name}, the default`, [
    atLeast('worst ratio', worst, 0.97),
    atLeast('geometric mean', geomean, 1.02),
    atMost('OOM a run, worst scenario', Math.max(...own.scores.map(({ oom }) => oom)), 0.01),
    atMost('S1 settles, s', first && (first.settleS ?? Infinity), 30),
    atMost('S1 moves a minute', first?.churn, 20),
    atLeast('S4, ratio to the best of each phase', drift?.phaseRatio, 0.97),
    atLeast('S5, ratio to the best of each phase', mix?.phaseRatio, 0.97),
    ...others.map(({ name, summary }): Check => atLeast(`${name}: worst ratio`, summary.worst, 0.85)),
  ]);
}

/** What the default has to reach on a random family. */
export function familyTargets(subjects: readonly SubjectResult[]): Section | undefined {
  const own = subjects.find((subject) => subject.default);
  if (own === undefined) return undefined;
  const { mean, p10, p01, oom } = own.summary;
  return checkSection(`Targets of ${own.name}, the default`, [
    atLeast(
      'scenarios × runs',
      own.scores.reduce((sum, { runs }) => sum + runs.length, 0),
      300,
    ),
    atLeast('mean', mean, 0.93),
    atLeast('p10', p10, 0.8),
    atLeast('p01', p01, 0.6),
    atMost('OOM a run', oom, 0.01),
  ]);
}

/** Where out of memory costs the newest job alone, the guard may not cost more than it saves. */
export function guardTargets(subjects: readonly SubjectResult[]): Section {
  const checks = subjects.flatMap((subject) => {
    const bare = subjects.find(({ name }) => name === `${subject.name} unguarded`);
    return subject.scores.flatMap(({ scenario, net }): readonly Check[] => {
      const without = bare?.scores.find((score) => score.scenario === scenario)?.net[1];
      if (without === undefined) return [];
      return [
        {
          what: `${scenario}, ${subject.name}`,
          expected: `≥ ${without.toPrecision(4)}`,
          found: net[1].toPrecision(4),
          holds: net[1] >= without,
        },
      ];
    });
  });
  return checkSection('Out of memory fails one job: net a second at price 1, guarded against unguarded', checks);
}
