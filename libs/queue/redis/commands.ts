import { Job as BullJob } from 'bullmq';
import type { JobView } from '../contract.ts';
import type { Context, Result } from './context.ts';
import { endJob } from './end-job.ts';
import { add } from './enqueue.ts';
import type { Payload } from './payload.ts';
import { find, payloadIn } from './read.ts';
import { tokenOf } from './token.ts';
import { bullId, ownId } from './names.ts';

export async function cancel(context: Context, id: string): Promise<JobView | undefined> {
  await endJob(context, id, { status: 'CANCELLED', how: 'cancelled' });
  return find(context, id);
}

/** FAILED or TIMED_OUT goes back: what is left of its first life goes, then it is added anew under its id. */
export async function retry(
  context: Context,
  id: string,
): Promise<{ readonly retried: boolean; readonly job: JobView } | undefined> {
  const { bull, redis, names, rules } = context;
  const before = await find(context, id);
  const payload = before && (await payloadIn(context, id));
  if (before === undefined || payload === undefined) return undefined;
  if (before.status !== 'FAILED' && before.status !== 'TIMED_OUT') return { retried: false, job: before };
  const now = rules.now();
  await bull.remove(bullId(id));
  await redis.del(names.chunks(id));
  await add(context, id, payload, now);
  // Until here it is FAILED with all it takes to be retried; its first taker does not look at what is removed now.
  await redis
    .pipeline()
    .del(names.side(id))
    .zadd(names.due, now + payload.ttl, id)
    .hincrby(names.counters, 'retried', 1)
    .hincrby(names.counters, before.status, -1)
    .publish(names.channel, `changed ${id}`)
    .exec();
  context.announcements.changed(id);
  return { retried: true, job: { id, status: 'IN_QUEUE', enqueuedAt: now, retries: 0, expired: false } };
}

export async function setTtl(context: Context, id: string, ttl: number): Promise<void> {
  const { bull, redis, names } = context;
  const view = await find(context, id);
  const job =
    view?.status.startsWith('IN_') === true ? await BullJob.fromId<Payload, Result>(bull, bullId(id)) : undefined;
  if (view === undefined || job === undefined) return;
  await job.updateData({ ...job.data, ttl });
  await redis.zadd(names.due, 'XX', view.enqueuedAt + ttl, id);
}

/** At once: each costs a few round trips. */
const together = 50;

/**
 * Takes each waiting job, so that nobody else does, and ends it. Taking is one step however many wait, which removing from
 * the middle of a list is not.
 */
export async function purge(context: Context): Promise<number> {
  const { bull } = context;
  const counts = await bull.getJobCounts('wait', 'prioritized', 'delayed');
  let left = (counts['wait'] ?? 0) + (counts['prioritized'] ?? 0);
  let removed = 0;
  const workers = Array.from({ length: Math.min(together, left) }, async () => {
    while (left > 0) {
      left -= 1;
      const ended = await endNext(context);
      removed += ended;
    }
  });
  await Promise.all(workers);
  for (const { id = '' } of await bull.getDelayed()) removed += await ended(context, ownId(id));
  return removed;
}

async function endNext(context: Context): Promise<number> {
  const token = tokenOf({ worker: '', leaseMs: 30_000 }, 'purge');
  const job = await context.taker.getNextJob(token, { block: false });
  if (job?.id === undefined) return 0;
  const id = ownId(job.id);
  await context.scripts.given(context.names.prefix, id, token);
  return ended(context, id, token);
}

async function ended(context: Context, id: string, token?: string): Promise<number> {
  const ending = { status: 'CANCELLED', how: 'cancelled', ...(token !== undefined && { token }) } as const;
  return (await endJob(context, id, ending)) === 'ended' ? 1 : 0;
}
