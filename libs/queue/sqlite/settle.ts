import type { Failure } from '#libs/core';
import { changed, type Context } from './context.ts';
import { finish, removalTime, storeWebhook } from './finish.ts';
import { pastAttempts, withAttempt } from '../history.ts';
import type { SqliteLease } from './lease.ts';
import { requeue } from './requeue.ts';
import { isHeld, type JobRow } from './rows.ts';
import { isFinal, state } from './states.ts';

export interface Success {
  /** JSON text. */
  readonly output: string | null;
  /** Trace context of the attempt. */
  readonly traceparent?: string;
}

/** Within a transaction. A late success counts while the job is not final; it then stops whoever has the job now. */
export function succeed(context: Context, lease: SqliteLease, success: Success): void {
  const { store, rules, group, leases } = context;
  const { seq, retention, startedAt, webhook } = lease.facts;
  const now = rules.now();
  const done = store.statements.succeed.run(
    success.output,
    Math.max(0, now - startedAt),
    now,
    removalTime(now, retention),
    seq,
    lease.job.attempt,
  );
  if (done.changes === 0) return succeedLate(context, lease, success);
  store.tally.leased -= 1;
  store.tally.completed += 1;
  context.alarm.set(removalTime(now, retention));
  if (webhook) storeWebhook(context, seq, success.traceparent);
  changed(context, lease.job.id);
  group.after(() => {
    lease.end('settled');
    leases.get(seq)?.end('lost');
  });
}

function succeedLate(context: Context, lease: SqliteLease, success: Success): void {
  const row = context.store.statements.jobBySeq.get(lease.seq) as unknown as JobRow | undefined;
  if (row === undefined || isFinal(row.status)) return;
  const execution = Math.max(0, context.rules.now() - lease.facts.startedAt);
  finish(context, row, { status: state.completed, ...success, execution }, 'lost');
}

/** A failure whose output is JSON text already: what cannot be written fails before the transaction. */
export type WrittenFailure = Omit<Failure, 'output'> & { readonly output: string | null };

/** Within a transaction. A late failure changes nothing. */
export function fail(context: Context, lease: SqliteLease, failure: WrittenFailure, traceparent?: string): void {
  const row = held(context, lease);
  if (row === undefined) return;
  // Before anything that takes leases away: its own is not lost by its own end.
  context.group.after(() => lease.end('settled'));
  const now = context.rules.now();
  const trace = traceparent === undefined ? {} : { traceparent };
  const attempt = {
    attempt: row.attempts,
    worker: row.worker,
    startedAt: row.started_at,
    endedAt: now,
    outcome: failure.outcome,
    errorType: failure.errorType,
    error: failure.message,
    ...trace,
  };
  const history = withAttempt(row.history, attempt);
  if (failure.retry && row.attempts < context.rules.attempts) {
    requeue(context, row, { history, delayMs: backOff(failure, row.attempts) });
  } else {
    finish(
      context,
      row,
      {
        status: endOf[failure.outcome],
        output: failure.output,
        errorType: failure.errorType,
        error: failure.message,
        history,
        execution: Math.max(0, now - lease.facts.startedAt),
        ...trace,
      },
      'lost',
    );
  }
}

const endOf = {
  failed: state.failed,
  overloaded: state.failed,
  'timed-out': state.timedOut,
  cancelled: state.cancelled,
} as const;

/** A device or an upstream that is full is given time: 1 s, 2 s, 4 s … up to 30 s. Anything else goes at once. */
function backOff(failure: Pick<Failure, 'outcome' | 'errorType'>, attempts: number): number {
  const needsTime = failure.outcome === 'overloaded' || failure.errorType === 'upstream';
  return needsTime ? Math.min(1000 * 2 ** (attempts - 1), 30_000) : 0;
}

/** Within a transaction: as if the attempt had never been. */
export function giveBack(context: Context, lease: SqliteLease): void {
  const row = held(context, lease);
  if (row === undefined) return;
  const before = pastAttempts(row.history).at(-1);
  const sameRun = before !== undefined && before.attempt === row.attempts - 1;
  requeue(context, row, {
    history: row.history,
    delayMs: 0,
    uncounted: true,
    worker: sameRun ? before.worker : null,
    startedAt: sameRun ? before.startedAt : null,
  });
  context.group.after(() => lease.end('settled'));
}

/** Within a transaction. */
export function storeProgress(context: Context, lease: SqliteLease, data: string | null): void {
  if (lease.over) return;
  const stored = context.store.statements.progress.run(data, lease.seq, lease.job.attempt);
  if (stored.changes > 0) changed(context, lease.job.id);
}

/** The row, if this lease still holds it. */
export function held(context: Context, lease: SqliteLease): JobRow | undefined {
  if (lease.over) return undefined;
  const row = context.store.statements.jobBySeq.get(lease.seq) as unknown as JobRow | undefined;
  return row !== undefined && isHeld(row, lease.job.attempt) ? row : undefined;
}
