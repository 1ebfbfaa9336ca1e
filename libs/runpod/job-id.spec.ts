import { expect, it } from 'vitest';
import { jobId } from './job-id.ts';

const bytes = Uint8Array.from({ length: 16 }, (_, index) => index * 17);

it('writes ids as RunPod does', () => {
  expect(jobId(bytes, false)).toBe('00112233-4455-4677-8899-aabbccddeeff-u1');
  expect(jobId(bytes, true)).toBe('sync-00112233-4455-4677-8899-aabbccddeeff-u1');
});

it('stays URL-safe and short', () => {
  expect(jobId(new Uint8Array(16).fill(255), true)).toMatch(/^[a-z0-9-]{1,64}$/);
});
