import { expect, it } from 'vitest';
import { RefreshWatch, type Freshness } from './refresh-watch.ts';

const second = 1000;

/** What was told at each of the times; the values are those of the last of `changes` before it. */
function watched(times: readonly number[], changes: readonly number[], shortest = second): readonly Freshness[] {
  const watch = new RefreshWatch(shortest);
  return times.map((time) => watch.see(String(changes.filter((change) => change <= time).length), time));
}

const every = (step: number, count: number): readonly number[] => Array.from({ length: count }, (_, at) => at * step);

it('takes the values as new at first sight, and the interval as the default', () => {
  expect(watched([5000], [])).toEqual([{ age: 0, interval: 30 * second, unchanged: false }]);
});

it('counts the age from the last change', () => {
  const ages = watched([0, 1000, 2000, 3000, 4000], [1500]).map(({ age }) => age);
  expect(ages).toEqual([0, 1000, 0, 1000, 2000]);
});

it('keeps the default until two changes were seen: the first gap began before it looked', () => {
  const times = every(second, 31);
  const intervals = watched(times, [4000, 14_000, 24_000]).map(({ interval }) => interval);
  expect(intervals[5]).toBe(30 * second);
  expect(intervals.slice(13, 15)).toEqual([30 * second, 10 * second]);
  expect(intervals.at(-1)).toBe(10 * second);
});

it('learns an interval of less than ours as ours, because it cannot see more', () => {
  expect(watched(every(second, 10), every(100, 100)).at(-1)).toEqual({ age: 0, interval: second, unchanged: false });
});

it('is not misled by one long gap', () => {
  const changes = [0, 10, 20, 30, 60, 70].map((at) => at * second);
  expect(watched(every(second, 75), changes).at(-1)).toMatchObject({ interval: 10 * second });
});

it('follows an exporter that is set to refresh less often', () => {
  const changes = [1, 2, 3, 4, 5, 6, 16, 26, 36].map((at) => at * second);
  expect(watched(every(second, 40), changes).at(-1)).toMatchObject({ interval: 10 * second, unchanged: false });
});

it('calls values unchanged after two intervals, and alive again at the next change', () => {
  const changes = [10, 20, 30, 75].map((at) => at * second);
  const told = watched(every(second, 77), changes);
  const unchanged = told.flatMap(({ unchanged }, at) => (unchanged ? [at] : []));
  expect(unchanged).toEqual(Array.from({ length: 25 }, (_, at) => 50 + at));
});

it('calls values that were never seen to change unchanged after two default intervals', () => {
  const told = watched(every(second, 70), []);
  expect(told.findIndex(({ unchanged }) => unchanged)).toBe(60);
  expect(told[60]).toMatchObject({ age: 60 * second });
});
