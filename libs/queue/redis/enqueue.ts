import { FlyballError } from '#libs/core';
import type { JobView, NewJob } from '../contract.ts';
import type { Context } from './context.ts';
import { payloadOf, type Payload } from './payload.ts';
import { bullId } from './names.ts';

/** @throws {FlyballError} QUEUE_FULL, QUEUE_DUPLICATE */
export async function enqueue(context: Context, job: NewJob): Promise<JobView> {
  const { scripts, names, rules } = context;
  const now = rules.now();
  const admitted = await scripts.admit(names.prefix, job.id, now, rules.limit, now + job.policy.ttl);
  if (admitted === -1) throw duplicate(job.id);
  if (admitted === -2) throw full(rules.limit);
  await add(context, job.id, payloadOf(job), now);
  return { id: job.id, status: 'IN_QUEUE', enqueuedAt: now, retries: 0, expired: false };
}

/** Low priority goes by BullMQ's, whose jobs without one come first. */
export async function add({ bull, finished }: Context, id: string, payload: Payload, now: number): Promise<void> {
  await bull.add('job', payload, {
    jobId: bullId(id),
    timestamp: now,
    ...(payload.low === true && { priority: 1 }),
  });
  finished.stored(id);
}

function full(limit: number): FlyballError {
  return new FlyballError(
    'QUEUE_FULL',
    `${limit} jobs wait already, which is the limit. Send again later, add workers, or raise QUEUE_LIMIT.`,
  );
}

function duplicate(id: string): FlyballError {
  return new FlyballError('QUEUE_DUPLICATE', `A job "${id}" exists already. Use an id of its own for each job.`);
}
