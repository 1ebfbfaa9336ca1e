import { expect, it } from 'vitest';
import type { Job } from '#libs/core';
import { workerJob } from './worker-job.ts';

const policy = { executionTimeout: 600_000, ttl: 86_400_000, lowPriority: false };
const job: Job = { id: 'a-u1', input: { x: 1 }, extra: {}, policy, enqueuedAt: 1_700, attempt: 2 };

it('carries the job, what its client sent beside the input, and our own names', () => {
  const extra = { timeout: 3, webhook: 'https://example.com/', s3Config: { accessId: 'a' } };
  expect(workerJob({ ...job, extra, traceparent: '00-1-2-01' })).toEqual({
    ...extra,
    id: 'a-u1',
    input: { x: 1 },
    policy,
    attempt: 2,
    enqueuedAt: 1_700,
    traceparent: '00-1-2-01',
  });
});

it('carries under one key of ours what the job declares, and the trace of the attempt before', () => {
  const previousTraceparent = '00-1-3-01';
  const declared = { deadline: 2_000, size: 3, memory: 4, class: 'large' };
  expect(workerJob({ ...job, ...declared, previousTraceparent })).toHaveProperty('flyball', {
    ...declared,
    previousTraceparent,
  });
  expect(workerJob({ ...job, size: 1 })).toHaveProperty('flyball', { size: 1 });
  expect(workerJob(job)).not.toHaveProperty('flyball');
});

it('always has an input', () => {
  expect(workerJob({ ...job, input: undefined })).toHaveProperty('input', null);
});

it('11: never has the keys on which the SDK breaks, and none under a name of ours', () => {
  const body = workerJob({ ...job, extra: { self: 1, __class__: 2, id: 'other', attempt: 9, fine: true } });
  expect(body).toMatchObject({ id: 'a-u1', attempt: 2, fine: true });
  expect(Object.keys(body).filter((key) => key === 'self' || key.startsWith('__'))).toEqual([]);
});
