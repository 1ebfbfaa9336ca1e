import { applyBounds } from '#libs/core';
import { describe, expect, it } from 'vitest';

const bounds = { min: 1, max: 64 };

describe('bounds', () => {
  it.each([
    ['lets a small move through', 5, 4, 5, 'none'],
    ['lets a limit of 1 reach 2', 2, 1, 2, 'none'],
    ['allows at most a doubling', 30, 4, 8, 'step-up'],
    ['allows at most a halving', 1, 16, 8, 'step-down'],
    ['keeps the maximum', 100, 60, 64, 'max'],
    ['keeps the minimum', 0.2, 1.2, 1, 'min'],
  ])('%s', (_claim, wanted, inForce, out, bit) => {
    expect(applyBounds(wanted, inForce, bounds, false)).toEqual({ ...bounds, in: wanted, out, bit });
  });

  it('takes no steps when a person spoke, and pauses at 0', () => {
    expect(applyBounds(64, 1, bounds, true)).toMatchObject({ out: 64, bit: 'none' });
    expect(applyBounds(0, 8, bounds, true)).toMatchObject({ out: 0, bit: 'none' });
    expect(applyBounds(1e9, 8, bounds, true)).toMatchObject({ out: 64, bit: 'max' });
  });
});
