import { expect, it } from 'vitest';
import { pauseAfter, retryAfter } from './take-pauses.ts';

it('asks again at once after jobs, and after an answer that was held', () => {
  expect(pauseAfter({ kind: 'jobs' }, 0, 1)).toBe(0);
  expect(pauseAfter({ kind: 'none', held: true }, 0, 1)).toBe(0);
});

it('waits 0.5 to 1 s after an answer without jobs that came at once', () => {
  expect([0, 1].map((random) => pauseAfter({ kind: 'none', held: false }, 0, random))).toEqual([500, 1000]);
});

it('waits as long as 429 says, 5 s at least', () => {
  const waits = [undefined, 1000, 20_000, 1e9].map((retryAfterMs) => pauseAfter({ kind: 'busy', retryAfterMs }, 0, 0));
  expect(waits).toEqual([5000, 5000, 20_000, 300_000]);
});

it('waits 1 to 30 s after failures, doubling', () => {
  const longest = [0, 1, 2, 3, 4, 5, 50].map((failures) => pauseAfter({ kind: 'failed' }, failures, 1));
  expect(longest).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  expect([0, 3].map((failures) => pauseAfter({ kind: 'failed' }, failures, 0))).toEqual([1000, 4000]);
});

it('waits 30 s when the key is refused', () => {
  expect(pauseAfter({ kind: 'refused' }, 0, 0)).toBe(30_000);
});

it('reads Retry-After as seconds and as a date', () => {
  const now = Date.parse('2026-11-30T12:00:00Z');
  const headers = ['3', 'Mon, 30 Nov 2026 12:00:07 GMT', 'Mon, 30 Nov 2026 11:00:00 GMT', 'soon', '', undefined];
  expect(headers.map((header) => retryAfter(header, now))).toEqual([3000, 7000, 0, undefined, undefined, undefined]);
});
