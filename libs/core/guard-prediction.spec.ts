import { describe, expect, it } from 'vitest';
import { agedMemory, predict, type JobGroup, type MemoryView, type Prediction } from './guard-prediction.ts';

/** `age`: mean, ms. */
const group = (jobs: number, memory: number, age = 1000): JobGroup => ({ jobs, memory, ages: jobs * age });
const none = group(0, 0);
const flat = { growth: 0, meanAge: 1000 };
const growing = { growth: 1, meanAge: 1000 };

/** Forty jobs of 2 in flight, all there at a reading that is what they take; far below their memory at their ends. */
function forty(age: number, change: Partial<MemoryView> = {}): MemoryView {
  const now = group(40, 80, age);
  const memory = agedMemory(now, growing);
  return { now, variance: 0, large: 2, shape: growing, reading: { memory, atReading: now, joined: none }, ...change };
}

const needed = ({ expected, deviation }: Prediction, z = 3): number => expected + z * deviation;
const one = { jobs: 1, memory: 2 };

describe('what jobs of some age take', () => {
  it('is their footprint at the mean age, less before and more after', () => {
    const memory = [0, 500, 1000, 2000].map((age) => agedMemory(group(4, 8, age), growing));
    expect(memory).toEqual([4, 6, 8, 12]);
  });

  it('grows no further than to twice the mean age', () => {
    expect(agedMemory(group(4, 8, 60_000), growing)).toBe(12);
  });

  it('is that of young ones while no job has ended', () => {
    expect(agedMemory(group(4, 8, 60_000), { growth: 1, meanAge: undefined })).toBe(4);
  });

  it('is their footprint where jobs do not grow, and nothing without jobs', () => {
    expect([agedMemory(group(4, 8, 0), flat), agedMemory(none, growing)]).toEqual([8, 0]);
  });
});

describe('the prediction', () => {
  it('is the reading, and what is to come with the next at its end', () => {
    // 40 jobs at the mean age take 80; 0.03·40 + 1 of them may grow by 2 more at once, and the next comes to 3.
    expect(predict(forty(1000), one, 3).expected).toBeCloseTo(80 + 2.2 * 2 + 3, 9);
  });

  it('plans for the young to come to the mean age together, and for a few jobs that grow beyond it', () => {
    const expected = [0, 500, 1000].map((age) => predict(forty(age), one, 3).expected);
    expect(expected).toEqual([40 + 40, 60 + 20, 80].map((value) => expect.closeTo(value + 2.2 * 2 + 3, 9)));
  });

  it('plans for more where the few that grow may be large ones', () => {
    expect(predict(forty(1000, { large: 6 }), one, 3).expected).toBeCloseTo(80 + 2.2 * 6 + 3, 9);
  });

  it('plans for no more than what is left to grow', () => {
    expect(predict(forty(2000), one, 3).expected).toBeCloseTo(120 + 3, 9);
    const half = predict(forty(1950), one, 3).expected;
    // 118 of 120.
    expect(half).toBeCloseTo(120 + 3, 9);
  });

  it('plans for all of the growth where few run', () => {
    const now = group(2, 4, 0);
    const view = { now, variance: 0, large: 2, shape: growing, reading: { memory: 2, atReading: now, joined: none } };
    expect(predict(view, one, 3).expected).toBeCloseTo(6 + 3, 9);
  });

  it('takes the surprise of a reading for those who were there and still are', () => {
    const above = (joined: JobGroup, atReading: JobGroup): number => {
      const now = group(20, 40);
      const memory = agedMemory(atReading, flat) - 8;
      const reading = { memory, atReading, joined };
      return predict({ now, variance: 0, large: 2, shape: flat, reading }, one, 3).expected - 42;
    };
    expect(above(none, group(20, 40))).toBeCloseTo(-8, 9);
    // Half of them have been replaced.
    expect(above(group(10, 20), group(20, 40))).toBeCloseTo(-4, 9);
    // Half of them are left alone, and as many came beside all who were there.
    expect(above(group(10, 20), group(10, 20))).toBeCloseTo(-8, 9);
    expect(above(group(20, 40), group(20, 40))).toBe(0);
  });

  it('takes what surprises by more than Z deviations for nobody’s, which stays when the jobs go', () => {
    // 3·√(0.25·40) is 9.49.
    const above = (surprise: number, stay: boolean): number => {
      const reading = { memory: 80 + surprise, atReading: group(40, 80), joined: stay ? none : group(40, 80) };
      return predict(forty(1000, { shape: flat, variance: 0.25, reading }), one, 3).expected - 82;
    };
    const most = 3 * Math.sqrt(0.25 * 40);
    expect(above(most, false)).toBeCloseTo(0, 9);
    expect(above(most + 5, false)).toBeCloseTo(5, 9);
    // At their end or as they were read, whichever is less: another tenant is in both.
    expect(above(most + 5, true)).toBeCloseTo(5, 9);
  });

  it('counts who came since as young, and plans for them to come to the mean age', () => {
    const now = group(40, 80, 500);
    const [atReading, joined] = [group(20, 40, 1000), group(20, 40, 0)];
    const view = { now, variance: 0, large: 2, shape: growing, reading: { memory: 40, atReading, joined } };
    expect(predict(view, one, 3).expected).toBeCloseTo(40 + 20 + 20 + 2.2 * 2 + 3, 9);
  });

  it('keeps free what is not in the reading, the next among it', () => {
    const seen = predict(forty(0, { variance: 0.01 }), { jobs: 4, memory: 8 }, 3);
    expect(seen.deviation).toBeCloseTo(Math.sqrt(0.01 * 4) * 1.3, 9);
    const reading = { memory: 20, atReading: group(20, 40, 0), joined: group(20, 40, 0) };
    const half = predict(forty(0, { variance: 0.01, reading }), { jobs: 4, memory: 8 }, 3);
    expect(half.deviation).toBeCloseTo(Math.sqrt(0.01 * 24) * 1.3, 9);
  });

  it('keeps free for a large one as far as it may stray, and for a small one as for a mean one', () => {
    const [large, small] = [10, 0.4].map((memory) => predict(forty(0, { variance: 0.01 }), { jobs: 1, memory }, 3));
    expect(large!.deviation).toBeCloseTo(0.1 * 5 * 1.3, 9);
    expect(small!.deviation).toBeCloseTo(0.1 * 1.3, 9);
  });

  it('keeps more free where few run, and where many do', () => {
    const stray = [1, 6, 10, 40].map((jobs) => {
      const now = group(jobs, 2 * jobs, 0);
      const reading = { memory: 0.4 * jobs, atReading: now, joined: none };
      const shape = { growth: 1.5, meanAge: 1000 };
      return predict({ now, variance: 1, large: 2, shape, reading }, one, 0).deviation;
    });
    expect(stray).toEqual([1 + 0.8 * (5 / 6) + 0.03, 1.18, 1.3, 1.3].map((value) => expect.closeTo(value, 9)));
  });
});

describe('where every job fits at its end', () => {
  it('that is enough, as far as their spread explains a reading of more', () => {
    const reading = { memory: 89, atReading: group(40, 80), joined: none };
    const view = forty(1000, { shape: flat, variance: 0.25, reading });
    expect(predict(view, one, 3).expected).toBe(82);
    // A reading of less leaves more room.
    const below = forty(1000, { shape: flat, reading: { memory: 70, atReading: group(40, 80), joined: none } });
    expect(predict(below, one, 3).expected).toBe(72);
  });

  it('is all that is left without a reading', () => {
    const { reading: _, ...blind } = forty(0);
    expect(predict(blind, one, 3)).toEqual({ expected: 1.5 * 82, deviation: 0 });
  });

  it('deviates with the root of all jobs, without what age explains', () => {
    const { reading: _, ...blind } = forty(0, { variance: 0.5 });
    expect(predict(blind, one, 3).deviation).toBeCloseTo(Math.sqrt((0.5 - 4 / 12) * 41), 9);
    expect(predict({ ...blind, variance: 0.3 }, one, 3).deviation).toBeCloseTo(Math.sqrt(0.03 * 41), 9);
  });

  it('is chosen by what it needs with z, not by what it expects', () => {
    const reading = { memory: 92, atReading: group(40, 80), joined: none };
    const view = forty(1000, { shape: flat, variance: 0.5, reading });
    const [careless, careful] = [predict(view, one, 3), predict(view, one, 5)];
    expect(careless.expected).toBe(82);
    expect(careful.expected).toBe(94);
    expect(needed(careful, 5)).toBeLessThan(needed(careless, 5));
  });
});
