import { describe, expect, it } from 'vitest';
import {
  annotationExpressions,
  dashboardExpressions,
  findings,
  panelExpressions,
  ruleExpressions,
} from './expressions.ts';
import { parsePromql } from './parse-promql.ts';
import type { Expression } from './promql.ts';
import { averagedMemory, countedIn, filledIn, fixedRanges, rawCounters, readRaw, windowsOf } from './reading.ts';

const everywhere = [...panelExpressions, ...annotationExpressions, ...ruleExpressions];

describe('every expression', () => {
  it('reads how much a counter grew, not how high it stands', () => {
    const notReviewed = (expression: Expression): readonly string[] =>
      rawCounters(expression).filter((metric) => !(metric in readRaw));
    expect(findings(everywhere, notReviewed)).toEqual([]);
  });

  it('needs what is reviewed as read raw', () => {
    const raw = new Set(everywhere.flatMap(({ expr }) => rawCounters(parsePromql(expr))));
    expect(Object.keys(readRaw).filter((metric) => !raw.has(metric))).toEqual([]);
  });

  it('of a dashboard takes its ranges from the time that is shown', () => {
    expect(findings(dashboardExpressions, fixedRanges)).toEqual([]);
  });

  it('counts in the window of an alert where that was reviewed, and nowhere else', () => {
    const counted = panelExpressions.flatMap(({ expr }) => windowsOf(parsePromql(expr)));
    expect(Object.fromEntries(counted)).toEqual(countedIn);
    const inAlerts = ruleExpressions.flatMap(({ expr }) => windowsOf(parsePromql(expr)));
    const alerted = inAlerts.filter(([metric]) => metric in countedIn);
    expect(new Set(alerted.map(([metric]) => metric)).size).toBe(3);
    expect(alerted.filter(([metric, window]) => countedIn[metric] !== window)).toEqual([]);
  });

  it('never averages the memory of devices', () => {
    expect(findings(everywhere, averagedMemory)).toEqual([]);
  });

  it('stands for itself: nothing fills in a number where there is none', () => {
    expect(findings(everywhere, filledIn)).toEqual([]);
  });
});

describe('what is said of how an expression reads', () => {
  it.each([
    [rawCounters, 'flyball_decisions_total', ['flyball_decisions_total']],
    [rawCounters, 'sum(flyball_gate_wait_seconds_count)', ['flyball_gate_wait_seconds_count']],
    [rawCounters, 'max_over_time(flyball_decisions_total[5m])', ['flyball_decisions_total']],
    [rawCounters, 'rate(process_cpu_seconds_total[5m])', []],
    [fixedRanges, 'rate(flyball_decisions_total[5m])', ['rate of flyball_decisions_total over 5m']],
    [fixedRanges, 'increase(flyball_out_of_memory_total[10m])', []],
    [fixedRanges, 'increase(flyball_out_of_memory_total[5m])', ['increase of flyball_out_of_memory_total over 5m']],
    [fixedRanges, 'rate(flyball_out_of_memory_total[10m])', ['rate of flyball_out_of_memory_total over 10m']],
    [fixedRanges, 'rate(flyball_decisions_total[$__rate_interval])', []],
    [averagedMemory, 'avg by (queue) (flyball_gpu_memory_used_bytes)', ['flyball_gpu_memory_used_bytes']],
    [averagedMemory, 'avg_over_time(flyball_gpu_mig_memory_used_bytes[5m])', ['flyball_gpu_mig_memory_used_bytes']],
    [averagedMemory, 'avg(flyball_gpu_utilization_ratio)', []],
    [filledIn, 'flyball_inflight_jobs or vector(0)', ['vector()']],
  ] as const)('%o: %s', (check, expr, problems) => {
    expect(check(parsePromql(expr))).toEqual(problems);
  });
});
