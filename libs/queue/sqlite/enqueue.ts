import { FlyballError } from '#libs/core';
import type { JobView, NewJob } from '../contract.ts';
import { changed, type Context } from './context.ts';
import { detailsOf } from './details.ts';
import { isConstraint } from './sqlite-errors.ts';

/** Longer inputs (characters of JSON) have a table of their own, so that a claim does not rewrite them. */
const inlineLength = 1024;

/** @throws {FlyballError} QUEUE_FULL, QUEUE_DUPLICATE */
export function enqueue(context: Context, job: NewJob): Promise<JobView> {
  const input = JSON.stringify(job.input ?? null);
  const details = detailsOf(job);
  const s3Config = job.s3Config === undefined ? null : JSON.stringify(job.s3Config);
  return context.group.run(() => insert(context, job, { input, details, s3Config }));
}

interface Texts {
  readonly input: string;
  readonly details: string | null;
  readonly s3Config: string | null;
}

function insert(context: Context, job: NewJob, texts: Texts): JobView {
  const { store, rules, alarm } = context;
  const { tally, statements } = store;
  refuseWhenFull(context);
  const now = rules.now();
  const expiresAt = now + job.policy.ttl;
  const seq = tally.lastJob + 1;
  const inline = texts.input.length <= inlineLength;
  try {
    statements.insertJob.run(
      seq,
      job.id,
      job.policy.lowPriority ? 1 : 0,
      now,
      expiresAt,
      expiresAt,
      job.retention,
      job.policy.executionTimeout,
      job.traceparent ?? null,
      job.webhook ?? null,
      texts.details,
      texts.s3Config,
      inline ? texts.input : null,
    );
  } catch (error) {
    if (isConstraint(error)) throw duplicate(job.id, error);
    throw error;
  }
  if (!inline) statements.insertPayload.run(seq, texts.input);
  tally.lastJob = seq;
  if (job.policy.lowPriority) tally.lowPriority += 1;
  else tally.waiting += 1;
  alarm.set(expiresAt);
  changed(context, job.id);
  return { id: job.id, status: 'IN_QUEUE', enqueuedAt: now, retries: 0, expired: false };
}

/** Within a transaction that has changed nothing yet. @throws {FlyballError} QUEUE_FULL */
export function refuseWhenFull({ store, rules }: Context): void {
  if (store.tally.waiting + store.tally.lowPriority >= rules.limit) throw queueFull(rules.limit);
}

function queueFull(limit: number): FlyballError {
  return new FlyballError(
    'QUEUE_FULL',
    `${limit} jobs wait already, which is the limit. Send again later, add workers, or raise QUEUE_LIMIT.`,
  );
}

function duplicate(id: string, cause: unknown): FlyballError {
  return new FlyballError('QUEUE_DUPLICATE', `A job "${id}" exists already. Use an id of its own for each job.`, {
    cause,
  });
}
