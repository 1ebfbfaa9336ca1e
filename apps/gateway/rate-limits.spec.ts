import { expect, it } from 'vitest';
import { RateLimits } from './rate-limits.ts';

it('admits two purges in ten seconds and says when the next may come', () => {
  let now = 0;
  const limits = new RateLimits(() => now);
  const purge = () => {
    const admission = limits.admit('a', 'purge-queue');
    if ('release' in admission) admission.release();
    return 'release' in admission ? 'admitted' : admission.retryAfterSeconds;
  };
  expect([purge(), purge()]).toEqual(['admitted', 'admitted']);
  now = 3_500;
  expect(purge()).toBe(7);
  now = 10_000;
  expect(purge()).toBe('admitted');
});

it('bounds the requests now open, and counts each user and operation alone', () => {
  const limits = new RateLimits(() => 0);
  const open = Array.from({ length: 20 }, () => limits.admit('a', 'cancel'));
  expect(limits.admit('a', 'cancel')).toEqual({ retryAfterSeconds: 1 });
  expect(limits.admit('b', 'cancel')).toHaveProperty('release');
  expect(limits.admit('a', 'status')).toHaveProperty('release');
  const [first] = open;
  if (first !== undefined && 'release' in first) first.release();
  expect(limits.admit('a', 'cancel')).toHaveProperty('release');
});
