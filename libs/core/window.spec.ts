import { Window, type EndedAttempt } from '#libs/core';
import { describe, expect, it } from 'vitest';

const success: EndedAttempt = { outcome: 'succeeded', finish: 1000, service: 400, n: 2, deadline: 500 };

describe('the window', () => {
  it('says nothing about what did not happen', () => {
    const facts = new Window().close();
    expect(Object.keys(facts)).toEqual(['jobs', 'samples']);
    expect(Object.values(facts.jobs).every((count) => count === 0)).toBe(true);
  });

  it('takes only successes for samples: a fast failure would look like fast service', () => {
    const window = new Window();
    window.ended(success);
    window.ended({ ...success, outcome: 'failed', service: 1 });
    window.ended({ ...success, outcome: 'cancelled', service: 1 });
    window.ended({ ...success, outcome: 'overloaded', errorType: 'throttled', service: 1 });
    window.ended({ ...success, outcome: 'overloaded', errorType: 'out-of-memory', service: 1 });
    const { jobs, samples, service } = window.close();
    expect(samples).toEqual([[1000, 400, 2, 500, null, 0]]);
    expect(service?.mean).toBe(400);
    expect(jobs).toMatchObject({ succeeded: 1, failed: 1, cancelled: 1, throttled: 1, outOfMemory: 1, late: 0 });
  });

  it('counts a timed-out attempt as late, without a sample', () => {
    const window = new Window();
    window.ended({ ...success, outcome: 'timed-out' });
    expect(window.close()).toMatchObject({ jobs: { timedOut: 1, late: 1 }, samples: [] });
  });

  it('counts a success after its deadline as late', () => {
    const window = new Window();
    window.ended({ ...success, service: 501 });
    window.ended({ ...success, deadline: undefined, service: 9999 });
    expect(window.close()).toMatchObject({ jobs: { succeeded: 2, late: 1 }, slack: { p50: 1.002, p90: 1.002 } });
  });

  it('keeps every k-th of many completions and says which share it kept', () => {
    const window = new Window();
    for (let index = 0; index < 130; index += 1) window.ended({ ...success, finish: index });
    const { jobs, samples, sampled } = window.close();
    expect([jobs.succeeded, samples.length]).toEqual([130, 44]);
    expect(sampled).toBeCloseTo(44 / 130, 5);
    expect(samples.slice(0, 3).map(([finish]) => finish)).toEqual([0, 3, 6]);
  });

  it('gives quantiles of waits and begins anew when closed', () => {
    const window = new Window();
    for (const wait of [30, 10, 20, 40]) window.started(wait);
    expect(window.close()).toMatchObject({ jobs: { started: 4 }, wait: { p50: 20, p95: 40 } });
    expect(window.close().wait).toBeUndefined();
  });

  it('names job classes, at most sixteen', () => {
    const window = new Window();
    for (let index = 0; index < 40; index += 1) window.ended({ ...success, jobClass: `class ${index}` });
    const { classes, samples } = window.close();
    expect(classes).toHaveLength(16);
    expect(classes?.at(-1)).toBe('other');
    expect(Math.max(...samples.map((sample) => sample[5]))).toBe(15);
  });
});
