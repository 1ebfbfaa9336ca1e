import { ranked } from './ranked.ts';
import type { BenchResults } from './results.ts';

/** For programs: the results with a `summary` of flat rows, best first, and without curves. */
export function jsonReport(results: BenchResults): string {
  const { subjects, scenarios, ...about } = results;
  const summary = ranked(results).map((subject) => ({
    name: subject.name,
    default: subject.default,
    kind: subject.kind,
    ...subject.summary,
  }));
  return JSON.stringify({
    ...about,
    summary,
    scenarios: scenarios.map(({ curves: _curves, ...scenario }) => scenario),
    subjects: subjects.map(({ name, scores }) => ({ name, scores })),
  });
}
