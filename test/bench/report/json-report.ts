import { ranked } from './ranked.ts';
import type { BenchResults } from './results.ts';

/** For programs: the results with a `summary` of flat rows, best first, and without curves; what is reported apart is apart. */
export function jsonReport(results: BenchResults, variants?: BenchResults): string {
  return JSON.stringify({ ...plain(results), ...(variants && { variants: plain(variants) }) });
}

function plain(results: BenchResults): object {
  const { subjects, scenarios, ...about } = results;
  const summary = ranked(results).map((subject) => ({
    name: subject.name,
    default: subject.default,
    kind: subject.kind,
    ...subject.summary,
  }));
  return {
    ...about,
    summary,
    scenarios: scenarios.map(({ curves: _curves, ...scenario }) => scenario),
    subjects: subjects.map(({ name, scores }) => ({ name, scores })),
  };
}
