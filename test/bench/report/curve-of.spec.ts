import { describe, expect, it } from 'vitest';
import { curveOf } from './curve-of.ts';

describe('the curve of a run', () => {
  const tally = {
    gates: [
      { t: 0, gate: 1 },
      { t: 1500, gate: 4 },
      { t: 3000, gate: 2 },
    ],
    onTimeAt: [100, 200, 1000, 3999, 4000],
  };

  it('has the mean gate and the on-time rate of each step', () => {
    expect(curveOf('aimd', tally, { duration: 5000, steps: 5 })).toEqual({
      subject: 'aimd',
      t: [0, 1000, 2000, 3000, 4000],
      limit: [1, 2.5, 4, 2, 2],
      rate: [2, 1, 0, 1, 1],
    });
  });

  it('holds the last gate to the end, where steps are shorter than the moves', () => {
    const { limit } = curveOf('aimd', tally, { duration: 8000, steps: 80 });
    expect(limit[14]).toBe(1);
    expect(limit[15]).toBe(4);
    expect(limit.slice(30)).toEqual(Array.from({ length: 50 }, () => 2));
  });
});
