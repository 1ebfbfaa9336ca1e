import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePromql } from '../../dashboards/parse-promql.ts';
import { selectorsOf } from '../../dashboards/promql-parts.ts';
import { seriesOf } from '../../dashboards/series.ts';
import { chart, hasHelm } from './helm.ts';
import { find } from './objects.ts';
import { kedaQueryOf, ruleGroupsOf } from './prometheus-rule.ts';
import { renderOnce } from './render-once.ts';

const renderCase = renderOnce();
/** Of kube-state-metrics. */
const isThere = (metric: string): boolean => seriesOf(metric) !== undefined || /^kube_pod_\w+$/.test(metric);

describe.skipIf(!hasHelm)('a metric that the chart asks for is one that there is (skipped without helm)', () => {
  const keda = hasHelm ? renderCase('keda-prometheus') : [];
  const expressions = hasHelm
    ? [
        ...ruleGroupsOf(keda)
          .flatMap(({ rules }) => rules)
          .map(({ alert, record, expr }) => [alert ?? record ?? '', expr] as const),
        ["KEDA's query", kedaQueryOf(keda)] as const,
      ]
    : [];

  it.each(expressions)('in %s', (_, expression) => {
    const metrics = selectorsOf(parsePromql(expression)).map(({ selector }) => selector.metric);
    expect(metrics).not.toEqual([]);
    expect(metrics.filter((metric) => !isThere(metric))).toEqual([]);
  });

  it('under the name that an adapter makes of a recorded one, for the HPA', () => {
    const [metric] = find(renderCase('hpa'), 'HorizontalPodAutoscaler', 'r-flyball-worker').spec.metrics;
    expect(metric.external.metric).toEqual({
      name: 'flyball_desired_replicas',
      selector: { matchLabels: { release: 'r' } },
    });
    expect(isThere(metric.external.metric.name.replace('_', ':'))).toBe(true);
  });
});

describe('the metrics that the README names', () => {
  const readme = readFileSync(`${chart}/README.md`, 'utf8');
  const names = new Set(readme.match(/\b(flyball|kube)[_:][a-z]\w+/g));

  it.each([...names])('are there: %s', (name) => {
    const recorded = name === 'flyball_desired_replicas' ? 'flyball:desired_replicas' : name;
    expect(isThere(recorded)).toBe(true);
  });
});
