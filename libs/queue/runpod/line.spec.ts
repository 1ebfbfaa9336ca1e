import { expect, it } from 'vitest';
import type { RunpodLease } from './lease.ts';
import { Line } from './line.ts';

const never = new AbortController().signal;

function lease(id: string): RunpodLease {
  return { job: { id }, startedAt: undefined } as unknown as RunpodLease;
}

function ids(leases: readonly RunpodLease[]): readonly string[] {
  return leases.map(({ job }) => job.id);
}

it('gives waiting jobs at once, oldest first, and notes when', async () => {
  const line = new Line(() => 42);
  line.join([lease('a'), lease('b'), lease('c')]);
  const taken = await line.take(2, never);
  expect([ids(taken), taken[0]?.startedAt, line.length]).toEqual([['a', 'b'], 42, 1]);
});

it('lets takers wait their turn', async () => {
  const line = new Line(() => 0);
  const first = line.take(2, never);
  const second = line.take(1, never);
  expect(line.wanted).toBe(3);
  line.join([lease('a'), lease('b'), lease('c'), lease('d')]);
  expect([ids(await first), ids(await second), line.length, line.wanted]).toEqual([['a', 'b'], ['c'], 1, 0]);
});

it('starts a job that came back first', async () => {
  const line = new Line(() => 0);
  line.join([lease('a')]);
  line.joinFirst(lease('back'));
  expect(ids(await line.take(5, never))).toEqual(['back', 'a']);
});

it('sends a taker away with nothing when it is called back, and no job with it', async () => {
  const line = new Line(() => 0);
  const calledBack = new AbortController();
  const taken = line.take(1, calledBack.signal);
  calledBack.abort();
  expect(await taken).toEqual([]);
  line.join([lease('a')]);
  expect(ids(await line.take(1, never))).toEqual(['a']);
});

it('gives no job that was removed while it waited', async () => {
  const line = new Line(() => 0);
  const stopped = lease('stopped');
  line.join([stopped, lease('a')]);
  line.remove(stopped);
  expect(ids(await line.take(2, never))).toEqual(['a']);
});
