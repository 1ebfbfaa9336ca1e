import { expect, it } from 'vitest';
import { badLevel, goodLevel, highestLevel, type Levels } from './levels.ts';

const known = [
  [1000, 20],
  [2000, 12],
  [3000, 8],
] as const satisfies Levels;

it('keeps only what is higher than anything newer', () => {
  expect(goodLevel(known, 12, 4000)).toEqual([
    [1000, 20],
    [4000, 12],
  ]);
});

it('forgets a level after 300 s', () => {
  expect(highestLevel(known, 301_000)).toBe(20);
  expect(highestLevel(known, 302_500)).toBe(8);
  expect(highestLevel(known, 400_000)).toBe(0);
});

it('drops what lies at or above a level that missed', () => {
  expect(badLevel(known, 12)).toEqual([[3000, 8]]);
});
