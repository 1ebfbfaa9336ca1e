import { Job as BullJob } from 'bullmq';
import type { Lease } from '#libs/core';
import type { Context, Result } from './context.ts';
import { RedisLease } from './lease.ts';
import { jobOf, type Payload } from './payload.ts';
import { holderOf } from './token.ts';
import { attemptsOf } from './view.ts';
import { stored } from './read.ts';
import { bullId } from './names.ts';

/** Answers with the ids that are not this worker's. The lock says whose it is, so any process may renew it. */
export async function renew(context: Context, worker: string, ids: readonly string[]): Promise<readonly string[]> {
  const { redis, names, taker } = context;
  if (ids.length === 0) return [];
  const tokens = await redis.mget(ids.map((id) => names.lock(id)));
  const own = ids.flatMap((id, index) => {
    const token = tokens[index];
    return typeof token === 'string' && holderOf(token).worker === worker ? [{ id, token }] : [];
  });
  const [first] = own;
  if (first === undefined) return ids;
  const lost = await taker.extendJobLocks(
    own.map(({ id }) => bullId(id)),
    own.map(({ token }) => token),
    holderOf(first.token).leaseMs,
  );
  const renewed = new Set(own.map(({ id }) => id).filter((id) => !lost.includes(bullId(id))));
  return ids.filter((id) => !renewed.has(id));
}

/** The lease as it was handed out here, or made anew from what Redis has. */
export async function held(context: Context, id: string, worker: string): Promise<Lease | undefined> {
  const { leases, taker, bull, rules } = context;
  const { job, lock, side } = await stored(context, id);
  if (lock === null || side.status !== undefined) return undefined;
  const holder = holderOf(lock);
  if (holder.worker !== worker || side.foreign !== worker) return undefined;
  const own = leases.get(id);
  if (own?.facts.token === lock) return own;
  const found = await BullJob.fromId<Payload, Result>(bull, bullId(id));
  if (found === undefined) return undefined;
  const facts = {
    bull: BullJob.fromJSON<Payload, Result>(taker, found.asJSON(), bullId(id)),
    token: lock,
    startedAt: found.processedOn ?? rules.now(),
    history: side.history,
    terms: holder,
  };
  const attempt = attemptsOf({ job, side });
  return new RedisLease(context, facts, jobOf(found.data, { id, enqueuedAt: found.timestamp, attempt }));
}
