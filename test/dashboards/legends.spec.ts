import { describe, expect, it } from 'vitest';
import { panels, type Panel } from './committed.ts';
import { legendProblems } from './legends.ts';

describe('every legend', () => {
  it('names the labels by which the series differ, and no others', () => {
    expect(panels.flatMap(({ name, panel }) => legendProblems(panel).map((problem) => `${name} ${problem}`))).toEqual(
      [],
    );
  });
});

describe('what is said of a legend', () => {
  it.each([
    ['sum by (queue, reason) (rate(flyball_decisions_total[5m]))', '{{queue}}', ['#A does not name reason']],
    ['flyball_concurrency_limit', 'limit {{queue}}', ['#A does not name instance']],
    ['flyball_concurrency_limit', '{{instance}} {{queue}} {{gpu}}', ['#A names gpu, which it has not']],
    ['sum(flyball_concurrency_limit)', 'all', []],
    ['flyball:demand_jobs', '{{queue}}', ['#A does not name namespace', '#A does not name release']],
    [
      'histogram_quantile(0.9, sum by (le, queue) (rate(flyball_gate_wait_seconds_bucket[5m])))',
      '{{le}} {{queue}}',
      ['#A names le, which it has not'],
    ],
    [
      'flyball_concurrency_limit / on (queue) group_left () avg by (queue) (flyball_concurrency_limit)',
      '{{queue}}',
      ['#A does not name instance'],
    ],
  ])('%s as “%s”', (expr, legendFormat, problems) => {
    expect(legendProblems(graph([{ expr, legendFormat }]))).toEqual(problems);
  });

  it('tells of two queries with one legend', () => {
    const same = { expr: 'sum(flyball_inflight_jobs)', legendFormat: 'jobs' };
    expect(legendProblems(graph([same, same]))).toEqual(['two queries are both “jobs”']);
  });

  it('tells of a graph without one', () => {
    const bare = { ...graph([{ expr: 'sum(flyball_inflight_jobs)', legendFormat: 'jobs' }]), options: {} };
    expect(legendProblems(bare)).toEqual(['shows no legend']);
  });
});

function graph(queries: readonly { readonly expr: string; readonly legendFormat: string }[]): Panel {
  const datasource = { type: 'prometheus', uid: '${datasource}' };
  const targets = queries.map((query, index) => ({ ...query, refId: 'AB'[index] ?? '', datasource }));
  const options = { legend: { showLegend: true } };
  return { type: 'timeseries', gridPos: { x: 0, y: 0, w: 4, h: 4 }, targets, options };
}
