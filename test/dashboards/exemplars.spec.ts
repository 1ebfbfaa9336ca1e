import { describe, expect, it } from 'vitest';
import { families } from '#libs/observability';
import { panels, targetsOf, type Panel } from './committed.ts';
import { carriesExemplars, exemplarProblems } from './exemplars.ts';

describe('every latency panel', () => {
  it('shows the exemplars of its family, and leads to traces', () => {
    expect(panels.flatMap(({ name, panel }) => exemplarProblems(panel).map((problem) => `${name} ${problem}`))).toEqual(
      [],
    );
  });

  it('is there for every family with exemplars', () => {
    const shown = panels.flatMap(({ panel }) => targetsOf(panel).filter(carriesExemplars)).map(({ expr }) => expr);
    const carriers = Object.entries(families).filter(([, family]) => 'exemplars' in family);
    expect(carriers.length).toBeGreaterThan(4);
    expect(carriers.filter(([name]) => !shown.some((expr) => expr.includes(`flyball_${name}_bucket`)))).toEqual([]);
  });
});

describe('what is said of a panel of latencies', () => {
  const slow = 'histogram_quantile(0.9, sum by (le) (rate(flyball_job_service_seconds_bucket[5m])))';
  const lag = 'histogram_quantile(0.9, sum by (le) (rate(flyball_control_period_lag_seconds_bucket[5m])))';
  const traces = { title: 'Traces', url: '/explore?panes=${tempo}' };

  it.each([
    [{ expr: slow, exemplar: true }, [traces], []],
    [{ expr: slow, exemplar: true }, [], ['has no link to traces']],
    [{ expr: slow, exemplar: false }, [traces], ['#A leaves exemplars out']],
    [{ expr: lag, exemplar: true }, [], ['#A asks for exemplars that its family has not']],
    [{ expr: lag, exemplar: false }, [], []],
  ])('%j with links %j', (query, links, problems) => {
    const panel: Panel = {
      type: 'timeseries',
      gridPos: { x: 0, y: 0, w: 4, h: 4 },
      targets: [{ ...query, refId: 'A', datasource: { type: 'prometheus', uid: '${datasource}' } }],
      fieldConfig: { defaults: { links } },
    };
    expect(exemplarProblems(panel)).toEqual(problems);
  });
});
