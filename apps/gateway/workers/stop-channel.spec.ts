import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StopChannel } from './stop-channel.ts';

let channel: StopChannel;

beforeEach(() => {
  vi.useFakeTimers();
  channel = new StopChannel({ now: () => Date.now(), repeatMs: 2_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

const never = new AbortController().signal;

/** When an id is said during that time, ms from now. */
async function saidWithin(ms: number): Promise<number[]> {
  const start = Date.now();
  const over = new AbortController();
  const times: number[] = [];
  const listening = (async () => {
    while (!over.signal.aborted) {
      const ids = await channel.next(over.signal);
      if (ids.length > 0) times.push(Date.now() - start);
    }
  })();
  await vi.advanceTimersByTimeAsync(ms);
  over.abort();
  await listening;
  return times;
}

it('tells whoever waits at once', async () => {
  const next = channel.next(never);
  channel.add('a');
  expect(await next).toEqual(['a']);
});

it('37: says an id again after 2 s and later ever more seldom, ten times at most', async () => {
  channel.add('a');
  const times = await saidWithin(600_000);
  expect(times).toEqual([0, 2, 6, 14, 30, 60, 90, 120, 150, 180].map((seconds) => seconds * 1_000));
});

it('37: says it no more when no ping names it after it was said', async () => {
  channel.add('a');
  channel.named(new Set());
  expect(await channel.next(never)).toEqual(['a']);
  channel.named(new Set(['a']));
  expect(await saidWithin(2_000)).toEqual([2_000]);
  channel.named(new Set());
  expect(await saidWithin(60_000)).toEqual([]);
});

it('37: reports a stop that stays unheard, once', async () => {
  channel.add('a');
  await saidWithin(200_000);
  expect(channel.named(new Set(['a']))).toEqual(['a']);
  expect(channel.named(new Set(['a']))).toEqual([]);
});

it('forgets a job that is the worker’s own again', async () => {
  channel.add('a');
  channel.remove('a');
  expect(await saidWithin(10_000)).toEqual([]);
});

it('says nothing when the wait is over', async () => {
  const over = new AbortController();
  const next = channel.next(over.signal);
  over.abort();
  expect(await next).toEqual([]);
});

it('keeps no more than a worker can name', async () => {
  for (let index = 0; index < 5_000; index += 1) channel.add(`job-${index}`);
  expect(await channel.next(never)).toHaveLength(2_000);
});
