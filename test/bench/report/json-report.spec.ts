import { expect, it } from 'vitest';
import { jsonReport } from './json-report.ts';
import { sampleResults } from './sample-results.ts';

it('has a flat row for each strategy in `summary`, best first, and no curves', () => {
  const { summary, scenarios, ...about } = JSON.parse(jsonReport(sampleResults())) as Record<string, unknown> & {
    readonly summary: readonly Record<string, unknown>[];
    readonly scenarios: readonly Record<string, unknown>[];
  };
  expect(about).toMatchObject({ suite: 'named', commit: 'abc1234', traces: 'generators', price: 0, revisions: 3 });
  expect(summary.map(({ name }) => name)).toEqual(['aimd', 'pid', 'arc + guard', 'vegas', 'arc', 'static-8']);
  const [first] = summary;
  expect(first).toMatchObject({ name: 'aimd', default: true, kind: 'ours', mean: 1.005, worst: 0.98, oom: 0 });
  for (const figure of ['median', 'p10', 'p01', 'geomean', 'spread']) expect(first?.[figure]).toBeTypeOf('number');
  expect(scenarios.map(Object.keys)).toEqual([
    ['name', 'summary', 'duration', 'best'],
    ['name', 'summary', 'duration', 'best', 'phases'],
  ]);
});
