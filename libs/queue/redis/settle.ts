import type { Failure } from '#libs/core';
import { withAttempt } from '../history.ts';
import type { Next } from './claims.ts';
import type { Context } from './context.ts';
import { endJob, isLost } from './end-job.ts';
import type { RedisLease } from './lease.ts';

const endOf = {
  failed: 'FAILED',
  overloaded: 'FAILED',
  'timed-out': 'TIMED_OUT',
  cancelled: 'CANCELLED',
} as const;

/** One round trip, which brings the next job along where somebody waits for it. A late success counts while the job is not final. */
export async function succeed(
  context: Context,
  lease: RedisLease,
  output: unknown,
  traceparent: string | undefined,
): Promise<void> {
  if (lease.over) return lateSuccess(context, lease.job.id, output, traceparent);
  const { bull, token } = lease.facts;
  const { webhook, retention } = bull.data;
  const { names, scripts, rules, redis } = context;
  const { id } = lease.job;
  if (webhook !== undefined) {
    await scripts.hook(names.prefix, id, rules.now(), traceparent ?? bull.data.traceparent ?? '');
  }
  const next = lease.facts.terms === undefined ? context.claims.reserve(token) : undefined;
  try {
    const answer = await bull.moveToCompleted(output === undefined ? [] : [output], token, next !== undefined);
    next?.arrived(answer as Next);
  } catch (error) {
    next?.arrived(undefined);
    if (!isLost(error)) throw error;
    lease.end('lost');
    return lateSuccess(context, id, output, traceparent);
  }
  lease.end('settled');
  context.finished.completed(id, (bull.finishedOn ?? rules.now()) + retention);
  if (webhook !== undefined) {
    await redis.pipeline().zadd(names.webhooks, 'XX', rules.now(), id).publish(names.channel, 'webhook').exec();
  }
}

/** A success whose lease is over. What an attempt wrote before its connection broke is found final, and stands. */
export async function lateSuccess(
  context: Context,
  id: string,
  output: unknown,
  traceparent: string | undefined,
): Promise<void> {
  await endJob(context, id, { status: 'COMPLETED', output, traceparent, how: 'lost' });
}

/** A late failure changes nothing. */
export async function attemptFailed(
  context: Context,
  lease: RedisLease,
  failure: Failure,
  traceparent: string | undefined,
): Promise<void> {
  if (lease.over) return;
  const { rules, names, scripts } = context;
  const { job, facts } = lease;
  const now = rules.now();
  const worker = workerOf(context, lease);
  const history = withAttempt(facts.history ?? null, {
    attempt: job.attempt,
    worker,
    startedAt: facts.startedAt,
    endedAt: now,
    outcome: failure.outcome,
    errorType: failure.errorType,
    error: failure.message,
    ...(traceparent !== undefined && { traceparent }),
  });
  if (!failure.retry || job.attempt >= rules.attempts) {
    const { message: error, errorType, output } = failure;
    const ending = { status: endOf[failure.outcome], error, errorType, output, history, traceparent };
    const ended = await endJob(context, job.id, { ...ending, how: 'lost', token: facts.token });
    return lease.end(ended === 'ended' ? 'settled' : 'lost');
  }
  const fields = { start: facts.startedAt, execution: now - facts.startedAt, worker, history };
  const kept = await scripts.failed(names.prefix, job.id, facts.token, JSON.stringify(fields));
  if (kept !== 1) return lease.end('lost');
  await back(lease, backOff(failure, job.attempt), now);
}

/** As if the attempt had never been. */
export async function giveBack({ names, scripts }: Context, lease: RedisLease): Promise<void> {
  if (lease.over) return;
  const kept = await scripts.given(names.prefix, lease.job.id, lease.facts.token);
  if (kept !== 1) return lease.end('lost');
  await back(lease, 0, 0);
}

/** To its old place, or to wait for a while. */
async function back(lease: RedisLease, delayMs: number, now: number): Promise<void> {
  const { bull, token } = lease.facts;
  try {
    if (delayMs > 0) await bull.moveToDelayed(now + delayMs, token);
    else await bull.moveToWait(token);
    lease.end('settled');
  } catch (error) {
    // BullMQ ends a move to the delayed by this, on purpose for its own processors.
    if (error instanceof Error && error.name === 'DelayedError') return lease.end('settled');
    if (!isLost(error)) throw error;
    lease.end('lost');
  }
}

function workerOf(context: Context, lease: RedisLease): string {
  return lease.facts.terms?.worker ?? context.rules.worker;
}

/** A device or an upstream that is full is given time: 1 s, 2 s, 4 s … up to 30 s. Anything else goes at once. */
function backOff(failure: Failure, attempts: number): number {
  const needsTime = failure.outcome === 'overloaded' || failure.errorType === 'upstream';
  return needsTime ? Math.min(1000 * 2 ** (attempts - 1), 30_000) : 0;
}
