import type { ModifierAnswer, Step } from '#libs/core';
import { handler } from '#libs/strategies';
import { anObservation } from '#libs/testing';
import { describe, expect, it } from 'vitest';

describe('the user’s modifier', () => {
  it('is followed, floored', () => {
    expect(answered({ returned: 7.9, duration: 1 }).decision).toEqual({
      limit: 7,
      reason: 'modifier',
      terms: { returned: 7.9 },
    });
  });

  it('may pause with 0', () => {
    expect(answered({ returned: 0, duration: 1 }).decision.limit).toBe(0);
  });

  it('holds the limit while its answer is pending, or was never asked for', () => {
    expect(answered({ duration: 900 }).decision).toEqual({ limit: 4, reason: 'modifier-pending' });
    expect(answered(undefined).decision).toEqual({ limit: 4, reason: 'modifier-pending' });
  });

  it('fails in its own words, so that the controller holds and counts', () => {
    expect(() => answered({ invalid: 'modifier threw: no idea', duration: 1 })).toThrow('modifier threw: no idea');
    expect(() => answered({ returned: -1, duration: 1 })).toThrow('returned -1');
    expect(() => answered({ returned: Number.NaN, duration: 1 })).toThrow('returned NaN');
  });
});

function answered(modifier: ModifierAnswer | undefined): Step<null> {
  return handler.step(null, anObservation(modifier === undefined ? {} : { modifier }), {});
}
