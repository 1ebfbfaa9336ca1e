import { describe, expect, it } from 'vitest';
import { observedBy, quantileBy, rateBy, upToOne } from './promql.ts';
import { series } from './selector.ts';

describe('the series of a family', () => {
  it('are chosen by the variables that it has labels for', () => {
    expect(series('build_info')).toBe('flyball_build_info{job=~"$job", instance=~"$instance"}');
    expect(series('inflight_jobs')).toBe('flyball_inflight_jobs{job=~"$job", instance=~"$instance", queue=~"$queue"}');
    expect(series('gpu_power_watts')).toBe('flyball_gpu_power_watts{job=~"$job", instance=~"$instance", gpu=~"$gpu"}');
  });

  it('are narrowed by matchers of their own', () => {
    expect(series('queue_jobs', { state: '="waiting"' })).toContain('queue=~"$queue", state="waiting"}');
  });
});

describe('an expression', () => {
  const chosen = 'job=~"$job", instance=~"$instance", queue=~"$queue"';

  it('takes its range from the time that is shown', () => {
    expect(rateBy('queue', 'clock_skew_total')).toBe(
      `sum by (queue) (rate(flyball_clock_skew_total{${chosen}}[$__rate_interval]))`,
    );
  });

  it('finds the bucket up to 1 however Prometheus spells it', () => {
    expect(observedBy('queue', 'job_deadline_ratio', upToOne)).toContain(
      `flyball_job_deadline_ratio_bucket{${chosen}, le=~"1(\\\\.0)?"}`,
    );
  });

  it('of a quantile keeps the edges', () => {
    expect(quantileBy(0.95, 'queue', 'gate_wait_seconds')).toBe(
      `histogram_quantile(0.95, sum by (le, queue) (rate(flyball_gate_wait_seconds_bucket{${chosen}}[$__rate_interval])))`,
    );
  });
});
