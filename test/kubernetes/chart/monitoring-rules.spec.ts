import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { desiredQuery, releaseRules } from '#libs/dashboards';
import { cases, chart, hasHelm, render, type RenderOptions } from './helm.ts';
import { expressionOf, kedaQueryOf, ruleGroupsOf, type RuleGroup } from './prometheus-rule.ts';
import { releases } from './release-facts.ts';
import { renderOnce } from './render-once.ts';

const renderCase = renderOnce();
const watched = (values: Readonly<Record<string, unknown>>) => ({
  values: { monitoring: { prometheusRule: { enabled: true, ...values } } },
});

describe.skipIf(!hasHelm)('the groups of the PrometheusRule (skipped without helm)', () => {
  it.each<[string, RenderOptions, readonly string[]]>([
    ['without an engine', watched({ endpointRules: false }), ['flyball.autoscaling']],
    ['under an HPA', { ci: 'hpa' }, ['flyball.autoscaling', 'flyball.scaling']],
    [
      'under KEDA, with those of every endpoint',
      { ci: 'keda-prometheus' },
      ['flyball.autoscaling', 'flyball.scaling', 'flyball.objectives', 'flyball.alerts'],
    ],
    [
      'without an engine, with those of every endpoint',
      watched({}),
      ['flyball.autoscaling', 'flyball.objectives', 'flyball.alerts'],
    ],
  ])('are these %s', (_, options, names) => {
    expect(ruleGroupsOf(render(options)).map(({ name }) => name)).toEqual(names);
  });

  it.each(['recording', 'alerts'])('of every endpoint are those of dashboards/rules/%s.yaml', (file) => {
    const committed = parse(readFileSync(`dashboards/rules/${file}.yaml`, 'utf8')) as Rules;
    expect(ruleGroupsOf(renderCase('keda-prometheus'))).toEqual(expect.arrayContaining([...committed.groups]));
  });
});

describe.skipIf(!hasHelm)("a release's rules, and KEDA's query (skipped without helm)", () => {
  it.each(releases)('are what libs/dashboards makes of its facts: %s', (_, options, facts) => {
    const { groups } = parse(releaseRules(facts)) as Rules;
    const own = ruleGroupsOf(render(options)).filter(({ name }) => /^flyball\.(autoscaling|scaling)$/.test(name));
    expect(own).toEqual(groups);
  });

  it.each(releases.filter(([, { ci }]) => ci === 'keda-prometheus'))(
    'are asked with the same facts: %s',
    (_, options, facts) => {
      expect(kedaQueryOf(render(options))).toBe(desiredQuery(facts));
    },
  );

  it('are one expression: the query is the rule with the two that it reads in it', () => {
    const objects = renderCase('keda-prometheus');
    const both = ['demand_jobs', 'capacity_per_pod_jobs'].reduce(
      (text, name) => text.replace(`flyball:${name}{${own}}`, `(${expressionOf(objects, `flyball:${name}`)})`),
      expressionOf(objects, 'flyball:desired_replicas'),
    );
    expect(kedaQueryOf(objects)).toBe(both);
  });

  it('are the expressions of the README', () => {
    const [, promql = ''] = /```promql\n([^]*?)```/.exec(readFileSync(`${chart}/README.md`, 'utf8')) ?? [];
    const words = { SELECTOR: `${own},queue="r"`, MIN: '2', ASSUMED: '4', NAMESPACE: 'ns', RELEASE: 'r' };
    const written = Object.entries(words).reduce((text, [word, fact]) => text.replaceAll(word, fact), promql);
    const objects = renderCase('keda-prometheus');
    const records = ['demand_jobs', 'capacity_per_pod_jobs', 'desired_replicas'].map((name) => `flyball:${name}`);
    expect(written.split('\n').filter((line) => !/^(#|$)/.test(line))).toEqual([
      ...records.map((record) => expressionOf(objects, record)),
      kedaQueryOf(objects),
    ]);
  });
});

describe.skipIf(!hasHelm)('what is filled in (skipped without helm)', () => {
  it.each(cases)('leaves no token in %s, and nothing that is not known', (ci) => {
    expect(JSON.stringify(renderCase(ci)).match(/__[A-Z][A-Z_]*__|<no value>|<nil>/g)).toBeNull();
  });

  it("leaves Prometheus' own templates in the texts of alerts, and Grafana's in its legends", () => {
    const rules = ruleGroupsOf(renderCase('keda-prometheus')).flatMap((group) => group.rules);
    const summaries = rules.map(({ annotations }) => annotations?.['summary'] ?? '');
    expect(summaries.filter((summary) => /\{\{ \$labels\.\w+ \}\}/.test(summary)).length).toBeGreaterThan(20);
    expect(JSON.stringify(renderCase('keda-prometheus'))).toMatch(/legendFormat\\": \\"\{\{/);
  });
});

const own = 'namespace="ns",release="r"';

interface Rules {
  readonly groups: readonly RuleGroup[];
}
