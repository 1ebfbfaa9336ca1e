import { fixed } from '#libs/strategies';
import { anObservation } from '#libs/testing';
import { expect, it } from 'vitest';

it('keeps the number it was given, or the one it started with', () => {
  const asked = (limit: number | undefined): number => {
    const config = limit === undefined ? {} : { limit };
    return fixed.step(fixed.initialState(config, 3), anObservation({ limit: 3 }), config).decision.limit;
  };
  expect([asked(12), asked(undefined)]).toEqual([12, 3]);
});

it('refuses a limit below 1', async () => {
  expect(await fixed.config['~standard'].validate({ limit: 0 })).toHaveProperty('issues');
});
