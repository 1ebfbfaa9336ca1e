import { meanService, newEpoch, observeEpoch, rateOf, type Epoch, type EpochFacts, type Observation } from '#libs/core';
import { anObservation, aSample, type ObservationFields } from '#libs/testing';
import { describe, expect, it } from 'vitest';

describe('an epoch', () => {
  it('closes with five jobs and one and a half service times', () => {
    const { epoch, closed } = through([second(0, 2), second(1, 2), second(2, 2)]);
    expect(closed.map((facts) => facts?.jobs)).toEqual([undefined, undefined, 6]);
    expect(epoch).toMatchObject({ elapsed: 0, succeeded: 0, closes: 1 });
  });

  it('waits for as many jobs as are in flight', () => {
    const { closed } = through([second(0, 8, { limit: 16 }), second(1, 8, { limit: 16 })]);
    expect(closed.map((facts) => facts?.jobs)).toEqual([undefined, 16]);
  });

  it('waits until one and a half service times are over, however many jobs there are', () => {
    const long = (seq: number): Observation =>
      anObservation({
        seq,
        samples: Array.from({ length: 8 }, () => aSample({ finish: 1000 * (seq + 1), service: 900 })),
      });
    expect(through([long(0), long(1)]).closed.map((facts) => facts !== undefined)).toEqual([false, true]);
  });

  it('counts only jobs dispatched after the gate changed', () => {
    const before = aSample({ finish: 1500, service: 600 });
    const after = aSample({ finish: 1900, service: 700 });
    const { epoch } = through([second(0, 3), anObservation({ seq: 1, limit: 8, samples: [before, after] })]);
    expect(epoch).toMatchObject({ gate: 8, changedAt: 1000, succeeded: 1 });
  });

  it('goes on when the limit moves within the same gate', () => {
    const { epoch } = through([second(0, 2), second(1, 2, { limit: 4.9 })]);
    expect(epoch).toMatchObject({ changedAt: 0, succeeded: 4 });
  });

  it('gives the late share, q_0.9 of slack and the time-weighted use of the limit', () => {
    const slacks = [100, 200, 300, 400, 500, 600, 700, 800, 900, 1200];
    const samples = slacks.map((service) => aSample({ finish: 2000, service }));
    const half = second(0, 0, { inFlight: 2, limited: 0.5 });
    const { closed } = through([half, anObservation({ seq: 1, samples })]);
    expect(closed.at(-1)).toMatchObject({ jobs: 10, late: 0.1, slack: 0.9, inFlight: 3, limited: 0.75, service: 570 });
  });

  it('counts a timed-out attempt as late without a sample', () => {
    const { closed } = through([second(0, 4, { jobs: { timedOut: 1 } })]);
    expect(closed[0]).toMatchObject({ jobs: 5, late: 0.2, slack: 2 });
    expect(closed[0]?.succeeded).toBe(0.8);
  });

  it('never takes a failed, cancelled, throttled or out-of-memory attempt for a sample', () => {
    const { epoch } = through([second(0, 0, { jobs: { failed: 9, cancelled: 9, throttled: 2, outOfMemory: 9 } })]);
    expect(epoch).toMatchObject({ succeeded: 0, throttled: 2, services: [] });
  });

  it('closes also when an upstream refuses everything', () => {
    const { closed } = through([second(0, 0, { jobs: { throttled: 7 } })]);
    expect(closed[0]).toMatchObject({ jobs: 0, throttled: 7, succeeded: 0 });
    expect(closed[0]).not.toHaveProperty('late');
  });

  it('has no late share where no job has a deadline, and knows a deadline for good once it saw one', () => {
    const none = anObservation({ samples: Array.from({ length: 8 }, () => aSample({ finish: 1000, deadline: null })) });
    const { epoch, closed } = through([none]);
    expect(closed[0]).not.toHaveProperty('late');
    expect(epoch.deadlines).toBe(false);
    expect(through([second(0, 1), { ...none, seq: 1, t: 2000 }]).epoch.deadlines).toBe(true);
  });

  it('weighs samples of which only a share was kept', () => {
    const { closed } = through([second(0, 8, { sampled: 0.25, jobs: { succeeded: 32 } })]);
    expect(closed[0]?.jobs).toBe(32);
  });

  it('gives the rate of jobs that found the plant settled, by Little’s law', () => {
    const changed = anObservation({ seq: 1, limit: 8, samples: [] });
    const early = aSample({ finish: 1990, service: 500, n: 8 });
    const settled = aSample({ finish: 2900, service: 800, n: 8 });
    const { epoch } = through([
      second(0, 2),
      { ...changed, samples: [early] },
      { ...changed, seq: 2, t: 3000, samples: [settled] },
    ]);
    expect(epoch.settledAt).toBe(1500);
    expect(epoch.settled).toEqual({ jobs: 1, onTime: 1, n: 8, service: 800 });
    expect(rateOf(epoch.settled)).toBe(10);
    expect(rateOf(newEpoch().settled)).toBeUndefined();
  });

  it('knows the mean service time of the last thirty completions', () => {
    expect(meanService(newEpoch())).toBeUndefined();
    const first = anObservation({ samples: Array.from({ length: 30 }, () => aSample({ service: 100 })) });
    const { epoch } = through([first, second(1, 15)]);
    expect(epoch.services).toHaveLength(30);
    expect(meanService(epoch)).toBe(300);
  });

  it('stays below four kilobytes with a thousand in flight', () => {
    let epoch = newEpoch();
    for (let seq = 0; seq < 100; seq += 1) {
      const samples = Array.from({ length: 64 }, (_, index) =>
        aSample({ finish: 1000 * (seq + 1), service: 100_000 / (index + 3) }),
      );
      epoch = observeEpoch(epoch, anObservation({ seq, limit: 1000, samples, sampled: 0.1 })).epoch;
      expect(JSON.stringify(epoch).length).toBeLessThan(4096);
    }
  });

  it('survives a period of no length', () => {
    expect(observeEpoch(newEpoch(), anObservation({ period: 0, inFlight: 0 })).closed).toBeUndefined();
  });
});

/** A second at limit 4 with so many jobs of 500 ms. */
function second(seq: number, count: number, over: ObservationFields = {}): Observation {
  const finish = 1000 * (seq + 1);
  return anObservation({ seq, samples: Array.from({ length: count }, () => aSample({ finish })), ...over });
}

function through(observations: readonly Observation[]): {
  readonly epoch: Epoch;
  readonly closed: readonly (EpochFacts | undefined)[];
} {
  let epoch = newEpoch();
  const closed = observations.map((observation) => {
    const step = observeEpoch(epoch, observation);
    epoch = step.epoch;
    return step.closed;
  });
  return { epoch, closed };
}
