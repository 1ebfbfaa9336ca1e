import type { Failure, Lease } from '#libs/core';
import type { NewJob, Queue } from '#libs/queue';

/** A driver as the kit drives it. */
export interface QueueUnderTest {
  /** The queue; another one after {@link QueueUnderTest.crash}. */
  readonly queue: Queue;
  /** Lets that much time pass for the queue, and everything that is due in it happen. */
  readonly advance: (ms: number) => Promise<void>;
  /** The process that held the leases is gone; the queue is opened again by a new one. */
  readonly crash: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens an empty queue. Defaults: worker `w1`, 3 attempts, 1,000 waiting jobs. */
export type OpenQueue = (options?: OpenOptions) => Promise<QueueUnderTest>;

export interface OpenOptions {
  readonly attempts?: number;
  readonly limit?: number;
}

export const never: AbortSignal = new AbortController().signal;

/** A job that lives a day and whose result is kept for half an hour. */
export function aJob(
  id: string,
  over: Partial<Omit<NewJob, 'policy'>> & { readonly policy?: Partial<NewJob['policy']> } = {},
): NewJob {
  return {
    id,
    input: { prompt: id },
    extra: {},
    retention: 1_800_000,
    ...over,
    policy: { executionTimeout: 600_000, ttl: 86_400_000, lowPriority: false, ...over.policy },
  };
}

export function aFailure(over: Partial<Failure> = {}): Failure {
  return { outcome: 'failed', errorType: 'handler-threw', message: 'ValueError: no image', retry: false, ...over };
}

export async function takeOne(queue: Queue): Promise<Lease> {
  const [lease] = await queue.take(1, never);
  if (lease === undefined) throw new Error('take() answered without a lease');
  return lease;
}

export async function sendAndTake(queue: Queue, job: NewJob): Promise<Lease> {
  await queue.enqueue(job);
  return takeOne(queue);
}

/** An answer may have fewer jobs than wait: asks again until there are so many, or no more for a moment. */
export async function takeMany(queue: Queue, count: number): Promise<readonly Lease[]> {
  const leases = [...(await queue.take(count, never))];
  while (leases.length < count) {
    const more = await queue.take(count - leases.length, AbortSignal.timeout(100));
    if (more.length === 0) break;
    leases.push(...more);
  }
  return leases;
}

export async function takeIds(queue: Queue, count: number): Promise<readonly string[]> {
  return (await takeMany(queue, count)).map((lease) => lease.job.id);
}
