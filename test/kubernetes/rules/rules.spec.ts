import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPromtool, promtool } from '../../rules/promtool.ts';
import { cases, hasHelm } from '../chart/helm.ts';
import type { KubernetesObject } from '../chart/objects.ts';
import { kedaQueryOf, ruleGroupsOf } from '../chart/prometheus-rule.ts';
import { renderOnce } from '../chart/render-once.ts';

const renderCase = renderOnce();
const canRun = hasHelm && hasPromtool;
const hasRules = (ci: string): boolean => renderCase(ci).some(({ kind }) => kind === 'PrometheusRule');
const tests = globSync('test/kubernetes/rules/*.test.yaml');

describe.skipIf(!canRun)('the PrometheusRule of a case, asked of promtool (skipped without helm or promtool)', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'flyball-rules-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is there in these', () => {
    expect(cases.filter(hasRules)).toEqual(['hpa', 'keda-prometheus']);
  });

  it.each(['hpa', 'keda-prometheus'])('is well formed in %s', (ci) => {
    writeFileSync(join(folder, 'checked.yaml'), rulesOf(renderCase(ci)));
    const answer = promtool(['check', 'rules', '--lint=all', '--lint-fatal', 'checked.yaml'], folder);
    expect(answer.said).toContain('SUCCESS');
    expect(answer.status).toBe(0);
  });

  it.each(tests)('answers as %s says, and so does the query of KEDA', (path) => {
    const objects = renderCase('keda-prometheus');
    writeFileSync(join(folder, 'rules.yaml'), rulesOf(objects));
    writeFileSync(join(folder, basename(path)), withQuery(readFileSync(path, 'utf8'), kedaQueryOf(objects)));
    const answer = promtool(['test', 'rules', basename(path)], folder);
    expect(answer.said.replaceAll(/\s+/g, ' ').trim()).toBe(`Unit Testing: ${basename(path)} SUCCESS`);
    expect(answer.status).toBe(0);
  });
});

function rulesOf(objects: readonly KubernetesObject[]): string {
  return stringify({ groups: ruleGroupsOf(objects) });
}

/** Whatever is expected of the recorded number is expected of the query too, which has no name. */
function withQuery(text: string, query: string): string {
  const document = parse(text) as { readonly tests: readonly RuleTest[] };
  const asked = document.tests.map((test) => ({
    ...test,
    promql_expr_test: test.promql_expr_test.flatMap((each) =>
      each.expr === 'flyball:desired_replicas' ? [each, { ...each, expr: query, exp_samples: unnamed(each) }] : [each],
    ),
  }));
  return stringify({ ...document, tests: asked }, { aliasDuplicateObjects: false });
}

function unnamed({ exp_samples }: Expectation): Expectation['exp_samples'] {
  return exp_samples.map(({ labels, value }) => ({ labels: labels.replace(/^[^{]+/, ''), value }));
}

interface RuleTest {
  readonly promql_expr_test: readonly Expectation[];
}

interface Expectation {
  readonly expr: string;
  readonly eval_time: string;
  readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
}
