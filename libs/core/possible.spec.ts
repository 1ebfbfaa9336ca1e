import { expect, it } from 'vitest';
import { anObservation, aSample, noJobs } from '#libs/testing';
import { possible } from './possible.ts';

const reading = { name: 'gpu.utilization', gpu: 'a', value: 0.5, unit: 'ratio', source: 'spec', age: 100 } as const;

it('leaves an observation as it is when nothing is wrong', () => {
  const observation = anObservation({
    readings: [reading],
    samples: [aSample(), aSample({ deadline: null, size: 3 })],
  });
  expect(possible(observation)).toBe(observation);
});

it('drops a sample that cannot be, and keeps one whose client declared what cannot be', () => {
  const samples = [aSample({ service: NaN }), aSample({ service: -1 }), aSample({ deadline: 0, size: Infinity })];
  expect(possible(anObservation({ samples })).samples).toEqual([aSample({ deadline: null, size: null })]);
});

it('says that a reading was rejected', () => {
  const broken = { ...reading, value: NaN };
  const cleaned = possible(anObservation({ readings: [reading, broken, { ...reading, age: Infinity }] }));
  expect(cleaned.readings).toEqual([reading]);
  const missing = { name: 'gpu.utilization', gpu: 'a', why: 'rejected' };
  expect(cleaned.missing).toEqual([missing, missing]);
});

it('leaves out what a broken queue tells', () => {
  expect(possible(anObservation({ queue: { waiting: NaN, oldest: 1 } }))).not.toHaveProperty('queue');
  expect(possible(anObservation({ queue: { waiting: -1, oldest: 1 } }))).not.toHaveProperty('queue');
});

it('counts nothing where a count cannot be', () => {
  const { jobs, inFlight, limited } = possible(
    anObservation({ jobs: { timedOut: 1e300, failed: -1, late: 2 }, limited: NaN }),
  );
  expect(jobs).toMatchObject({ ...noJobs, started: 8, succeeded: 8, late: 2 });
  expect([inFlight.mean, limited]).toEqual([4, 0]);
});

it('finds the same after the numbers went through JSON, where what is not finite is null', () => {
  const observation = anObservation({ samples: [aSample({ n: NaN }), aSample({ deadline: Infinity })], limited: NaN });
  const recorded = JSON.parse(JSON.stringify(observation)) as typeof observation;
  expect(possible(recorded)).toEqual(possible(observation));
});
