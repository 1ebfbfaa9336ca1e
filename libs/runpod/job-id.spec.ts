import { expect, it } from 'vitest';
import { jobId } from './job-id.ts';

const bytes = Uint8Array.from({ length: 10 }, (_, index) => index * 17);
const at = Date.UTC(2026, 10, 23);

it('writes ids as RunPod does', () => {
  expect(jobId(at, bytes, false)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7011-a233-445566778899-u1$/);
  expect(jobId(at, bytes, true)).toBe(`sync-${jobId(at, bytes, false)}`);
});

it('stays URL-safe and short', () => {
  expect(jobId(2 ** 47, new Uint8Array(10).fill(255), true)).toMatch(/^[a-z0-9-]{1,64}$/);
});

it('grows with time', () => {
  const ids = [at, at + 1, at + 255, at + 86_400_000].map((ms) => jobId(ms, bytes, false));
  expect(ids.toSorted()).toEqual(ids);
});
