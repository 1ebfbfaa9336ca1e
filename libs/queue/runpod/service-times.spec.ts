import { expect, it } from 'vitest';
import { ServiceTimes } from './service-times.ts';

function after(times: readonly number[]): ServiceTimes {
  const service = new ServiceTimes();
  for (const time of times) service.add(time);
  return service;
}

it('expects nothing before a job has ended', () => {
  expect(after([]).expectedEnds([10, 20], 0, 1000)).toBe(0);
});

it('expects exactly those to end whose time is up, where all jobs take the same', () => {
  const service = after(Array.from({ length: 10 }, () => 200));
  expect(service.expectedEnds([0, 50, 79, 80, 120, 199], 0, 120)).toBe(3);
});

it('expects a share where times differ, and a little more than the mean', () => {
  const service = after(Array.from({ length: 60 }, (_, index) => 10 * index));
  const expected = service.expectedEnds([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0, 118);
  expect(expected).toBeGreaterThan(1.8);
  expect(expected).toBeLessThan(4);
});

it('does not expect one to end that runs longer than any before it', () => {
  expect(after(Array.from({ length: 10 }, () => 200)).expectedEnds([5000], 0, 120)).toBe(0);
});

it('expects several of a slot where jobs are shorter than the horizon, and those of free slots are asked for already', () => {
  const service = after(Array.from({ length: 10 }, () => 20));
  expect(service.expectedEnds([0, 10], 0, 100)).toBe(10);
  expect(service.expectedEnds([0, 10], 2, 100)).toBe(18);
});

it('does not take all jobs for short ones because a few failed at once', () => {
  expect(after([1, 1, 2]).expectedEnds([500, 600, 700], 0, 120)).toBe(0);
});

it('forgets what is long past', () => {
  const service = after([...Array.from({ length: 64 }, () => 10_000), ...Array.from({ length: 64 }, () => 100)]);
  expect(service.mean).toBe(100);
});
