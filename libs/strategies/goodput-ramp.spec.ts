import type { Observation } from '#libs/core';
import { anObservation, aSample, type ObservationFields } from '#libs/testing';
import { describe, expect, it } from 'vitest';
import { endedRamp, newRamp, stepRamp, type RampStep } from './goodput-ramp.ts';

describe('the ramp of goodput', () => {
  it('adds the on-time jobs that were done, at most a doubling', () => {
    expect(after([period(8, { jobs: 3 })])).toMatchObject({ say: 'grow', limit: 11 });
    expect(after([period(8, { jobs: 30 })])).toMatchObject({ say: 'grow', limit: 16 });
  });

  it('counts each job, also of those that were told of in part only', () => {
    expect(after([period(8, { jobs: 1 }, { jobs: { succeeded: 6 } })]).limit).toBe(14);
  });

  it('does not count a late job as done, nor one that was cut off', () => {
    const cutOff = { jobs: { succeeded: 20, timedOut: 1, late: 2 } };
    expect(after([period(32, { jobs: 20, late: 1 }, cutOff)])).toMatchObject({ say: 'grow', limit: 51 });
  });

  it('waits while the limit is not used, and where no job is done', () => {
    expect(after([period(8, { jobs: 30 }, { limited: 0.4 })])).toMatchObject({ say: 'wait', limit: 8 });
    expect(after([period(8, { jobs: 0 })])).toMatchObject({ say: 'wait', limit: 8 });
  });

  it('does not wait for jobs of the limit in force', () => {
    const slow = Array.from({ length: 4 }, () => aSample({ finish: 2000, service: 1900, deadline: 5000 }));
    expect(after([period(4, { jobs: 4 }), anObservation({ seq: 1, limit: 8, samples: slow })]).limit).toBe(12);
  });

  it('is over when more than a tenth of the last jobs are late, not at a tenth', () => {
    expect(after([period(20, { jobs: 20, late: 2 })])).toMatchObject({ say: 'grow', late: 0.1 });
    const over = after([period(20, { jobs: 20, late: 3 })]);
    expect(over).toEqual({ ramp: endedRamp, say: 'over', limit: 20, late: 0.15 });
  });

  it('takes one late job for no share, nor two of four', () => {
    expect(after([period(5, { jobs: 5, late: 1 })]).say).toBe('grow');
    expect(after([period(2, { jobs: 4, late: 2 })]).say).toBe('grow');
    expect(after([period(2, { jobs: 5, late: 2 })]).say).toBe('over');
  });

  it('adds up the late jobs of several periods', () => {
    const steps = all([period(8, { jobs: 4, late: 1 }), period(8, { jobs: 4, late: 1 })]);
    expect(steps.map(({ say }) => say)).toEqual(['grow', 'over']);
  });

  it('looks at the last jobs only, as many as are in flight and five at least', () => {
    const late = period(4, { jobs: 4, late: 2 });
    expect(after([late, period(4, { jobs: 5 })])).toMatchObject({ say: 'grow', late: 0 });
    expect(after([late, period(8, { jobs: 5 })])).toMatchObject({ say: 'over', late: 0.222222 });
  });

  it('counts late jobs as done while jobs wait in the queue, and is not ended by them', () => {
    expect(after([period(8, { jobs: 6, late: 6 })], true)).toMatchObject({ say: 'grow', limit: 14, late: 1 });
    expect(after([period(8, { jobs: 6, late: 6 })]).say).toBe('over');
  });
});

/** A second with so many jobs of 100 ms, of which some took longer than their deadline. */
function period(
  limit: number,
  { jobs, late = 0 }: { readonly jobs: number; readonly late?: number },
  over: ObservationFields = {},
): Observation {
  const samples = Array.from({ length: jobs }, (_, index) => aSample({ service: index < late ? 1001 : 100 }));
  return anObservation({ limit, samples, ...over });
}

function all(observations: readonly Observation[], pressed = false): readonly RampStep[] {
  let ramp = newRamp;
  return observations.map((observation) => {
    const step = stepRamp(ramp, observation, pressed);
    ramp = step.ramp;
    return step;
  });
}

function after(observations: readonly Observation[], pressed = false): RampStep {
  return all(observations, pressed).at(-1)!;
}
