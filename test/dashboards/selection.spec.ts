import { describe, expect, it } from 'vitest';
import { annotationExpressions, findings, panelExpressions } from './expressions.ts';
import { parsePromql } from './parse-promql.ts';
import { selectionProblems } from './selection.ts';

describe('every expression of a panel or an annotation', () => {
  it('asks for the processes, queues and devices that the reader chose', () => {
    expect(findings([...panelExpressions, ...annotationExpressions], selectionProblems)).toEqual([]);
  });
});

describe('what is said of an expression that shows more', () => {
  it.each([
    ['flyball_build_info{job=~"$job"}', ['flyball_build_info does not ask for instance=~"$instance"']],
    [
      'sum(rate(flyball_decisions_total{job=~"$job", instance=~"$instance"}[5m]))',
      ['flyball_decisions_total does not ask for queue=~"$queue"'],
    ],
    [
      'flyball_gpu_power_watts{job=~"$job", instance=~"$instance", gpu="GPU-1"}',
      ['flyball_gpu_power_watts does not ask for gpu=~"$gpu"'],
    ],
    ['flyball:demand_jobs', ['flyball:demand_jobs does not ask for queue=~"$queue"']],
    ['flyball:demand_jobs{queue=~"$queue"}', []],
  ])('%s', (expr, problems) => {
    expect(selectionProblems(parsePromql(expr))).toEqual(problems);
  });
});
