import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Deliveries } from './deliveries.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Item {
  readonly name: string;
  tries: number;
}

function setUp(passes: (item: Item) => boolean, parallel = 4) {
  const tries: string[] = [];
  const deliveries = new Deliveries<Item>({
    attempt: async (item) => {
      tries.push(item.name);
      return passes(item);
    },
    parallel,
    pauses: { first: 100, most: 1000 },
    random: () => 1,
  });
  const add = (name: string): void => deliveries.add({ name, tries: 0 });
  return { deliveries, tries, add };
}

it('tries each at once, and again after pauses that double up to the longest', async () => {
  const { tries, add } = setUp(() => false);
  add('a');
  const counts: number[] = [];
  for (const ms of [99, 1, 199, 1]) {
    await vi.advanceTimersByTimeAsync(ms);
    counts.push(tries.length);
  }
  expect(counts).toEqual([1, 2, 2, 3]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tries.length).toBeLessThanOrEqual(64);
  expect(tries.length).toBeGreaterThan(50);
});

it('lets one that never passes hold up no other', async () => {
  const { tries, add } = setUp(({ name }) => name !== 'bad');
  add('bad');
  for (let count = 0; count < 50; count += 1) add(`good-${count}`);
  await vi.advanceTimersByTimeAsync(0);
  expect(new Set(tries).size).toBe(51);
});

it('tries one after the other while nothing passes, and all at once when one has', async () => {
  let up = false;
  const { tries, add } = setUp(() => up, 100);
  for (let count = 0; count < 100; count += 1) add(`r-${count}`);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(tries.length - 100).toBeLessThanOrEqual(70);
  up = true;
  await vi.advanceTimersByTimeAsync(1100);
  expect(new Set(tries.slice(-100)).size).toBe(100);
});

it('tries a new one at once, also while nothing passes', async () => {
  const { tries, add } = setUp(() => false);
  for (const name of ['a', 'b', 'c', 'd']) add(name);
  await vi.advanceTimersByTimeAsync(5000);
  add('new');
  await vi.advanceTimersByTimeAsync(0);
  expect(tries).toContain('new');
});

it('begins no try after it was stopped, and waits for those under way', async () => {
  const under = Promise.withResolvers<boolean>();
  const deliveries = new Deliveries<Item>({
    attempt: () => under.promise,
    parallel: 1,
    pauses: { first: 1, most: 1 },
    random: () => 0,
  });
  deliveries.add({ name: 'a', tries: 0 });
  let stopped = false;
  const stopping = deliveries.stop().then(() => (stopped = true));
  await vi.advanceTimersByTimeAsync(10);
  expect(stopped).toBe(false);
  under.resolve(false);
  await stopping;
  await vi.advanceTimersByTimeAsync(1000);
  expect(stopped).toBe(true);
});
