import { expect, it } from 'vitest';
import { nextTry } from './schedule.ts';

it('tries at 0, 5 and 20 s and then gives up', () => {
  expect([1, 2, 3, 4].map((delivery) => nextTry(delivery, 0))).toEqual([5_000, 15_000, undefined, undefined]);
});

it('counts from the start of the try before', () => {
  expect(nextTry(1, 2_000)).toBe(3_000);
  expect(nextTry(1, 10_000)).toBe(0);
});
