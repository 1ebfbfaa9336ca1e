import { describe, expect, it } from 'vitest';
import { contractProblems } from './contract.ts';
import { dashboardExpressions, findings, ruleExpressions } from './expressions.ts';
import { parsePromql } from './parse-promql.ts';

describe('every expression', () => {
  it('of a dashboard parses and asks only for what is there', () => {
    expect(dashboardExpressions.length).toBeGreaterThan(100);
    expect(findings(dashboardExpressions, contractProblems)).toEqual([]);
  });

  it('of a rule parses and asks only for what is there', () => {
    expect(ruleExpressions.length).toBeGreaterThan(40);
    expect(findings(ruleExpressions, contractProblems)).toEqual([]);
  });
});

describe('what is said of an expression that asks for what is not there', () => {
  it.each([
    ['flyball_concurency_limit', ['flyball_concurency_limit is no series']],
    ['flyball_gate_wait_seconds', ['flyball_gate_wait_seconds is no series']],
    ['flyball_inflight_jobs_count', ['flyball_inflight_jobs_count is no series']],
    ['flyball_inflight_jobs{gpu="a"}', ['flyball_inflight_jobs has no gpu']],
    ['flyball_queue_jobs{state="wating"}', ['flyball_queue_jobs never has state="wating"']],
    ['flyball_telemetry_up{source!="hots"}', ['flyball_telemetry_up never has source="hots"']],
    [
      'flyball_decisions_total{reason=~"blind|signal-lost"}',
      ['flyball_decisions_total never has reason="signal-lost"'],
    ],
    ['flyball_job_deadline_ratio_bucket{le="1"}', ['le="1" is spelt otherwise by Prometheus 3']],
    [
      'flyball_job_deadline_ratio_bucket{le=~"7(\\\\.0)?"}',
      ['flyball_job_deadline_ratio_bucket has no edge le="7(\\.0)?"'],
    ],
    ['sum by (queue, tenant) (flyball_inflight_jobs)', ['sum by tenant']],
    ['sum by (instance) (sum by (queue) (flyball_inflight_jobs))', ['sum by instance']],
    ['flyball_inflight_jobs and on (job, gpu) flyball_gpu_info', ['on gpu']],
    ['flyball_inflight_jobs * on (instance) group_left (versoin) flyball_build_info', ['group_left versoin']],
    ['sum by (le) (flyball_job_deadline_ratio_bucket{le=~"1(\\\\.0)?"})', []],
    ['sum by (namespace, release) (flyball_inflight_jobs{queue=~"$queue"})', []],
  ])('%s', (expr, problems) => {
    expect(contractProblems(parsePromql(expr))).toEqual(problems);
  });

  it.each(['sum(', 'rate(flyball_decisions_total[)', 'flyball_inflight_jobs{queue=}'])(
    '%s: it does not parse',
    (expr) => {
      expect(findings([{ where: 'here', expr }], contractProblems)).toEqual([
        expect.stringContaining('here: Error: does not parse at'),
      ]);
    },
  );
});
