import type { Job as BullJob } from 'bullmq';
import type { LeaseTerms } from '#libs/core';
import { pastAttempts } from '../history.ts';
import type { Context, Result } from './context.ts';
import { endJob, failIn } from './end-job.ts';
import { RedisLease } from './lease.ts';
import { lostWords } from './lost.ts';
import { jobOf, type Payload } from './payload.ts';
import type { Side } from './view.ts';
import { bullId, ownId } from './names.ts';

export interface Claim {
  readonly bull: BullJob<Payload, Result>;
  readonly token: string;
  readonly terms: LeaseTerms | undefined;
}

/**
 * The lease of a job that BullMQ has made active; undefined where the job has ended, outlived its ttl or has no attempt left.
 * A first attempt of our own needs no further look at Redis.
 */
export async function startAttempt(context: Context, claim: Claim): Promise<RedisLease | undefined> {
  const { bull, token, terms } = claim;
  const { rules, redis, names, leases } = context;
  const id = ownId(bull.id ?? '');
  const isFirst = bull.attemptsStarted === 1 && terms === undefined;
  const side: Side = isFirst ? {} : await redis.hgetall(names.side(id));
  if (side.status !== undefined) {
    await failIn(context, id, token);
    return undefined;
  }
  const attempt = bull.attemptsStarted - Number(side.given ?? 0);
  if (attempt > rules.attempts) {
    const error = lostWords(side.worker ?? '', rules.now(), { attempt: attempt - 1, attempts: rules.attempts });
    await endJob(context, id, { status: 'FAILED', errorType: 'lease-lost', error, how: 'lost', token });
    return undefined;
  }
  if (rules.now() >= bull.timestamp + bull.data.ttl) {
    await endJob(context, id, { status: 'TIMED_OUT', error: outlived(bull.data.ttl), how: 'expired', token });
    return undefined;
  }
  if (terms !== undefined) await lendTo(context, id, claim, terms);
  else if (side.foreign !== undefined) await redis.hdel(names.side(id), 'foreign');
  const before = pastAttempts(side.history ?? null).at(-1);
  const previousTraceparent = before?.attempt === attempt - 1 ? before.traceparent : undefined;
  const job = jobOf(bull.data, {
    id,
    enqueuedAt: bull.timestamp,
    attempt,
    ...(previousTraceparent !== undefined && { previousTraceparent }),
  });
  const startedAt = bull.processedOn ?? rules.now();
  const lease = new RedisLease(context, { bull, token, startedAt, history: side.history, terms }, job);
  leases.set(id, lease);
  context.announcements.changed(id);
  return lease;
}

/** Another worker's lease lasts as long as its terms say, and its name stays after its lock. */
async function lendTo({ taker, redis, names }: Context, id: string, claim: Claim, terms: LeaseTerms): Promise<void> {
  await Promise.all([
    taker.extendJobLocks([bullId(id)], [claim.token], terms.leaseMs),
    redis.hset(names.side(id), 'foreign', terms.worker),
  ]);
}

export function outlived(ttl: number): string {
  return `the job was not done within its ttl of ${ttl} ms; it may be sent again with a longer one`;
}
