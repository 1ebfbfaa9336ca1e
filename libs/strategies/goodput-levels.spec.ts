import { newEpoch } from '#libs/core';
import { anObservation } from '#libs/testing';
import { describe, expect, it } from 'vitest';
import { addVisit, blended, type Visits } from './goodput-levels.ts';

describe('blended', () => {
  it('puts the model into jobs per second by what was counted', () => {
    expect(blended([1, 2, 3], [[2, 100, 400, 0]], 0)).toEqual([2, expect.closeTo(4, 1), 6]);
  });

  it('moves a level towards what was counted there, the more the longer', () => {
    const [, short = 0] = blended([1, 1, 1], [...long(1), [2, 10, 15, 0]], 0);
    const [, lengthy = 0] = blended([1, 1, 1], [...long(1), [2, 1000, 1500, 0]], 0);
    expect(short).toBeGreaterThan(1);
    expect(lengthy).toBeGreaterThan(short);
  });

  it('leaves the model alone while next to nothing was counted', () => {
    expect(blended([1, 2], [[1, 100, 3, 0]], 0)).toEqual([1, 2]);
    expect(blended([1, 2], [[1, 100, 300, 0]], 10_000_000)).toEqual([1, 2]);
  });
});

describe('addVisit', () => {
  const epoch = { ...newEpoch(), changedAt: 0, services: [1000] };

  it('counts seconds and on-time jobs of a level', () => {
    const first = addVisit([], epoch, anObservation({ seq: 4, limit: 4.5 }));
    expect(addVisit(first, epoch, anObservation({ seq: 4, limit: 4.5 }))).toEqual([[4, 2, 16, 5000]]);
  });

  it('does not count late jobs, nor those that were timed out', () => {
    const observation = anObservation({ seq: 4, jobs: { succeeded: 8, late: 3, timedOut: 1 } });
    expect(addVisit([], epoch, observation)).toEqual([[4, 1, 6, 5000]]);
  });

  it('waits until a change has reached the plant, and while the limit is not used', () => {
    expect(addVisit([], { ...epoch, changedAt: 4500 }, anObservation({ seq: 4 }))).toEqual([]);
    expect(addVisit([], epoch, anObservation({ seq: 4, limited: 0.2 }))).toEqual([]);
  });
});

/** A level at which the model has been right for long. */
function long(gate: number): Visits {
  return [[gate, 1000, 1000, 0]];
}
