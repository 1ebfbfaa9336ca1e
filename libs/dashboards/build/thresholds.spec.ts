import { describe, expect, it } from 'vitest';
import { allowedShare, thresholds } from './thresholds.ts';

describe('thresholds', () => {
  it.each([
    [{}, [[null, 'green']]],
    [
      { orangeFrom: 6, redFrom: 14.4 },
      [
        [null, 'green'],
        [6, 'orange'],
        [14.4, 'red'],
      ],
    ],
    [
      { redBelow: 0.99 },
      [
        [null, 'red'],
        [0.99, 'green'],
      ],
    ],
  ])('of %j', (turns, steps) => {
    expect(
      thresholds(turns)
        .build()
        .steps.map(({ value, color }) => [value, color]),
    ).toEqual(steps);
  });

  it('leave of an objective what a person would', () => {
    expect(allowedShare(0.99)).toBe(0.01);
    expect(allowedShare(0.95)).toBe(0.05);
  });
});
