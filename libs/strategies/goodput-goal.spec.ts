import { describe, expect, it } from 'vitest';
import { timeAt, type Usl } from './goodput-fit.ts';
import { goalOf } from './goodput-goal.ts';
import type { Sample } from './goodput-samples.ts';

const fit: Usl = { a: 0.4, b: 0.004, c: 0.0004 };
const options = { t: 0, most: 64, memoryMs: 400_000 };

describe('goalOf', () => {
  it('is the throughput that the fit promises where no job is ever late', () => {
    const { rates, onTime } = goalOf(fit, [[0, 4, null, 1]], options);
    expect(rates[9]).toBeCloseTo(10 / timeAt(fit, 10), 6);
    expect(new Set(onTime)).toEqual(new Set([1]));
    expect(rates.indexOf(Math.max(...rates)) + 1).toBeCloseTo(Math.sqrt((fit.a - fit.b) / fit.c), 0);
  });

  it('asks each job whether it would have been on time at another limit', () => {
    // At 10 one job used all of its deadline, and one half of it.
    const slow = timeAt(fit, 10);
    const { onTime } = goalOf(fit, [sampleAt(10, 1), sampleAt(10, 0.5)], options);
    expect([onTime[9], onTime[10]]).toEqual([1, 0.5]);
    const lost = onTime.findIndex((share) => share === 0) + 1;
    expect(timeAt(fit, lost)).toBeGreaterThan(2 * slow);
    expect(timeAt(fit, lost - 1)).toBeLessThanOrEqual(2 * slow);
  });

  it('forgets', () => {
    const old: Sample = [-4_000_000, 10, 5, null];
    expect(goalOf(fit, [old, sampleAt(10, 0.5)], options).onTime[9]).toBeCloseTo(1, 3);
  });

  it('promises nothing where nothing is on time even alone', () => {
    expect(Math.max(...goalOf(fit, [sampleAt(1, 3)], options).rates)).toBe(0);
  });
});

function sampleAt(n: number, slack: number): Sample {
  return [0, n, slack, null];
}
