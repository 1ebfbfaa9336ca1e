import { newEpoch } from '#libs/core';
import { anObservation } from '#libs/testing';
import { describe, expect, it } from 'vitest';
import { leapOf } from './goodput-leap.ts';
import type { Sample } from './goodput-samples.ts';

const epoch = { ...newEpoch(), changedAt: 1000, elapsed: 2000, services: [1000] };
const observation = anObservation({ limit: 8 });

describe('leapOf', () => {
  it('doubles where jobs have needed half of their deadlines at most', () => {
    expect(leapOf(jobs(5, 0.4), epoch, observation)).toBe(16);
  });

  it('does not where twice as long would be too late', () => {
    expect(leapOf(jobs(5, 0.6), epoch, observation)).toBe(8);
  });

  it('waits for a service time since the last move, and for jobs that ended since', () => {
    expect(leapOf(jobs(5, 0.4), { ...epoch, elapsed: 500 }, observation)).toBe(8);
    expect(leapOf(jobs(5, 0.4), { ...epoch, changedAt: 5000 }, observation)).toBe(8);
  });

  it('waits where little gets done for the limit', () => {
    expect(leapOf(jobs(5, 0.4), epoch, anObservation({ limit: 32 }))).toBe(32);
  });

  it('does not grow a limit that is not used', () => {
    expect(leapOf(jobs(5, 0.4), epoch, anObservation({ limit: 8, limited: 0.2 }))).toBe(8);
  });

  it('says nothing without deadlines', () => {
    const sized = jobs(5, 0.4).map(([finish, n]): Sample => [finish, n, null, 1]);
    expect(leapOf(sized, epoch, observation)).toBe(8);
  });
});

function jobs(count: number, slack: number): readonly Sample[] {
  return Array.from({ length: count }, () => [2000, 8, slack, null]);
}
