import { listedReason, reasons } from '#libs/core';
import { expect, it } from 'vitest';

it('keeps a listed reason', () => {
  const decision = { limit: 4, reason: 'headroom' } as const;
  expect(listedReason(decision, 3)).toEqual(decision);
});

it('lists each reason once', () => {
  expect(new Set(reasons).size).toBe(reasons.length);
});

it.each([
  [5, 'headroom'],
  [3, 'signal-high'],
  [4, 'steady'],
])('turns an unlisted reason into one by direction: %d becomes %s', (limit, reason) => {
  const terms = { depth: 2 };
  expect(listedReason({ limit, reason: 'moonlight' as 'steady', terms }, 4)).toEqual({
    limit,
    reason,
    terms: { depth: 2, unlistedReason: 1 },
  });
});
