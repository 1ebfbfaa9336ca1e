import { expect, it } from 'vitest';
import { failedAt, lowestFailed, metAt, type FailedLevels } from './failed-levels.ts';

it('waits 4 epochs, then 8, then 16 while a level keeps failing', () => {
  let levels: FailedLevels = [];
  const waits = Array.from({ length: 4 }, () => {
    levels = failedAt(levels, 9);
    let epochs = 0;
    for (; lowestFailed(levels) === 9; epochs += 1) levels = metAt(levels, 8);
    return epochs;
  });
  expect(waits).toEqual([4, 8, 16, 16]);
});

it('trusts a level that met its deadlines, half at a time', () => {
  const twice = failedAt(failedAt([], 9), 9);
  const met = metAt(twice, 9);
  expect([lowestFailed(met), met]).toEqual([Infinity, [{ gate: 9, wait: 4, left: 0 }]]);
  expect(metAt(met, 9)).toEqual([]);
});

it('remembers several levels, the lowest first', () => {
  expect(lowestFailed(failedAt(failedAt([], 9), 4))).toBe(4);
});
