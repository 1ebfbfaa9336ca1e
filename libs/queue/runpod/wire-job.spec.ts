import { expect, it } from 'vitest';
import { isCounted, readJob } from './wire-job.ts';

const arrival = { at: 5000, attemptsBefore: (id: string) => (id === 'again' ? 1 : 0) };
const day = 86_400_000;

it('reads a job as the hosted platform sends it: what it does not tell is not limited here', () => {
  expect(readJob({ id: 'a', input: { x: 1 }, webhook: 'https://h/' }, arrival)).toEqual({
    id: 'a',
    input: { x: 1 },
    extra: { webhook: 'https://h/' },
    policy: { executionTimeout: 7 * day, ttl: day, lowPriority: false },
    enqueuedAt: 5000,
    attempt: 1,
  });
});

it('reads a job as a gateway of ours sends it', () => {
  const wire = {
    id: 'a',
    input: null,
    policy: { executionTimeout: 6000, ttl: 20_000, lowPriority: true },
    flyball: { deadline: 2000, size: 3, memory: 4, class: 'large', previousTraceparent: '00-1-3-01', more: 1 },
    attempt: 2,
    enqueuedAt: 4000,
    traceparent: '00-1-2-01',
    tracestate: 'vendor=abc',
    timeout: 1,
  };
  expect(readJob(wire, arrival)).toEqual({
    id: 'a',
    input: null,
    extra: { timeout: 1 },
    policy: { executionTimeout: 6000, ttl: 20_000, lowPriority: true },
    deadline: 2000,
    size: 3,
    memory: 4,
    class: 'large',
    attempt: 2,
    enqueuedAt: 4000,
    traceparent: '00-1-2-01',
    tracestate: 'vendor=abc',
    previousTraceparent: '00-1-3-01',
  });
});

it('gives a job without input an empty one, and keeps every other input as it is', () => {
  expect(readJob({ id: 'a' }, arrival)?.input).toEqual({});
  for (const input of [null, [], 0, '', false]) expect(readJob({ id: 'a', input }, arrival)?.input).toEqual(input);
});

it('counts attempts itself where the platform does not', () => {
  expect(readJob({ id: 'again' }, arrival)?.attempt).toBe(2);
});

it('knows a gateway of ours by its counting', () => {
  expect(isCounted({ id: 'a', attempt: 1, enqueuedAt: 4000 })).toBe(true);
  for (const wire of [{ id: 'a' }, { id: 'a', attempt: 1 }, { id: 'a', attempt: '1', enqueuedAt: 4000 }, 'a', null]) {
    expect(isCounted(wire)).toBe(false);
  }
});

it.each([[{ input: 1 }], [{ id: 7 }], [{ id: '' }], [null], ['a'], [[]]])('takes %o for no job', (wire) => {
  expect(readJob(wire, arrival)).toBeUndefined();
});

it('ignores a policy and declarations of the wrong type', () => {
  const job = readJob({ id: 'a', policy: { executionTimeout: 'long', ttl: -1 }, flyball: [1] }, arrival);
  expect(job?.policy).toEqual({ executionTimeout: 7 * day, ttl: day, lowPriority: false });
});
