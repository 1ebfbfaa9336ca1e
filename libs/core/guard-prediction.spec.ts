import { describe, expect, it } from 'vitest';
import { predict, type JobGroup } from './guard-prediction.ts';

const group = (jobs: number, memory: number): JobGroup => ({ jobs, memory, ages: 0 });

/** Four jobs of 2 in flight, of which two were there when the reading was taken. */
function view(memory: number) {
  const reading = { memory, age: 500, atReading: group(2, 4), joined: group(2, 4), left: group(0, 0) };
  return { now: group(4, 8), variance: 0.25, reading };
}

describe('the prediction', () => {
  it('is the reading, corrected for who came since, where that is more than footprints say', () => {
    expect(predict(view(6), { jobs: 1, memory: 2 }).expected).toBe(6 + 4 + 2);
  });

  it('trusts a reading below the footprints by half', () => {
    expect(predict(view(2), { jobs: 1, memory: 2 }).expected).toBe((8 + 6) / 2 + 2);
  });

  it('is what footprints say without a reading', () => {
    const { reading: _, ...blind } = view(6);
    expect(predict(blind, { jobs: 1, memory: 2 }).expected).toBe(10);
  });

  it('deviates with the root of the jobs', () => {
    expect(predict(view(6), { jobs: 5, memory: 10 }).deviation).toBe(0.5 * 3);
  });
});
