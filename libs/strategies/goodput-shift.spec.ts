import { describe, expect, it } from 'vitest';
import { shapeOf, shifted, shiftIn } from './goodput-shift.ts';
import type { Sample } from './goodput-samples.ts';

describe('shiftIn', () => {
  it('notices a plant that became half as fast', () => {
    expect(shiftIn([...noise(100), ...noise(12, Math.LN2)], 4)).toEqual({
      change: expect.closeTo(Math.LN2, 1),
      newest: 12,
    });
  });

  it('notices one that became faster', () => {
    expect(shiftIn([...noise(200), ...noise(30, -0.5)], 30)?.change).toBeCloseTo(-0.5, 1);
  });

  it('takes noise for noise', () => {
    expect(shiftIn(noise(260), 40)).toBeUndefined();
    expect(shiftIn([...noise(200), ...noise(30, 0.1)], 30)).toBeUndefined();
  });

  it('says nothing without enough jobs before', () => {
    expect(shiftIn([...noise(10), ...noise(12, 1)], 4)).toBeUndefined();
  });
});

describe('shifted', () => {
  it('makes the slacks of before those of now', () => {
    const samples: readonly Sample[] = [
      [0, 4, 0.4, 1],
      [1, 4, null, 1],
      [2, 4, 0.8, 2],
    ];
    expect(shifted(samples, { change: Math.LN2, newest: 1 })).toEqual([[0, 4, 0.8, 1], samples[1], samples[2]]);
  });
});

describe('shapeOf', () => {
  it('keeps the shape to within 40 %', () => {
    expect(shapeOf({ a: 2, b: 0.8, c: 0.2 })).toEqual({
      b: 0.4,
      bDeviation: expect.closeTo(0.16, 6),
      c: 0.1,
      cDeviation: expect.closeTo(0.04, 6),
    });
  });
});

/** ± 0.2 about a mean of 0. */
function noise(count: number, mean = 0): readonly number[] {
  return Array.from({ length: count }, (_, index) => mean + 0.2 * Math.sin(7 * index));
}
