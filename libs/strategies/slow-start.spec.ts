import { newEpoch, observeEpoch, type Observation } from '#libs/core';
import { anObservation, aSample, type ObservationFields } from '#libs/testing';
import { describe, expect, it } from 'vitest';
import { cutBy, newSlowStart, stepSlowStart, type SlowStartStep } from './slow-start.ts';

describe('slow start', () => {
  it('adds the on-time completions, at most a doubling', () => {
    expect(after([period(8, 3)])).toMatchObject({ say: 'grow', limit: 11 });
    expect(after([period(8, 30)])).toMatchObject({ say: 'grow', limit: 16 });
  });

  it('waits while the limit is not used', () => {
    expect(after([period(8, 30, { limited: 0.4 })])).toMatchObject({ say: 'wait', limit: 8 });
  });

  it('counts only jobs dispatched under the gate in force', () => {
    const earlier = Array.from({ length: 8 }, () => aSample({ finish: 1200, service: 400 }));
    expect(after([period(4, 4), anObservation({ seq: 1, limit: 8, samples: earlier })])).toMatchObject({ say: 'wait' });
  });

  it('ends when more than a tenth of the last jobs are late, of which one is not enough', () => {
    const one = [aSample({ service: 1001 }), ...Array.from({ length: 5 }, () => aSample({ service: 100 }))];
    expect(after([anObservation({ limit: 8, samples: one })]).say).toBe('grow');
    const two = [aSample({ service: 1001 }), ...one];
    expect(after([anObservation({ limit: 8, samples: two })])).toMatchObject({ say: 'over', late: 0.285714 });
  });

  it('waits, then ends, when a quarter of the jobs used most of their deadline', () => {
    const near = (seq: number): Observation =>
      anObservation({
        seq,
        samples: Array.from({ length: 8 }, () => aSample({ finish: 1000 * (seq + 1), service: 800 })),
      });
    const steps = all([near(0), near(1), near(2)]);
    expect(steps.map(({ say }) => say)).toEqual(['wait', 'wait', 'over']);
    expect(steps[2]).not.toHaveProperty('late');
  });

  it('ends on an out-of-memory failure, a refusing upstream, or when the law’s own signal passed its mark', () => {
    expect(after([period(8, 8, { jobs: { outOfMemory: 1 } })])).toMatchObject({ say: 'over', limit: 8 });
    expect(after([period(8, 8, { jobs: { throttled: 1 } })])).toMatchObject({ say: 'over', limit: 7.2, late: 0.2 });
    expect(all([period(8, 8)], true)[0]).toMatchObject({ say: 'over', limit: 8 });
  });

  it('cuts by half the late share, between 5 and 50 %', () => {
    expect([0.01, 0.4, 1].map((late) => cutBy(10, late))).toEqual([9.5, 8, 5]);
  });
});

/** A second with so many jobs of 100 ms. */
function period(limit: number, count: number, over: ObservationFields = {}): Observation {
  return anObservation({ limit, samples: Array.from({ length: count }, () => aSample({ service: 100 })), ...over });
}

function all(observations: readonly Observation[], signalPassed = false): readonly SlowStartStep[] {
  let slow = newSlowStart;
  let epoch = newEpoch();
  return observations.map((observation) => {
    epoch = observeEpoch(epoch, observation).epoch;
    const step = stepSlowStart(slow, epoch, observation, signalPassed);
    slow = step.slow;
    return step;
  });
}

function after(observations: readonly Observation[]): SlowStartStep {
  return all(observations).at(-1)!;
}
