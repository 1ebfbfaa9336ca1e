import { changed, type Context } from './context.ts';
import { finish } from './finish.ts';
import { withAttempt } from '../history.ts';
import { joinQueue } from './requeue.ts';
import type { JobRow } from './rows.ts';
import { isFinal, state } from './states.ts';

/** Jobs looked at in one transaction. */
const sliceLength = 200;

/** Within a transaction: does what is due, up to a slice. Answers whether more is due. */
export function sweep(context: Context): boolean {
  const { statements } = context.store;
  const now = context.rules.now();
  const rows = statements.dueJobs.all(now, sliceLength) as unknown as readonly JobRow[];
  for (const row of rows) {
    if (isFinal(row.status)) remove(context, row);
    else if (row.expires_at <= now) expire(context, row, now);
    else promote(context, row);
  }
  return rows.length === sliceLength;
}

function remove(context: Context, row: JobRow): void {
  const { statements } = context.store;
  statements.deleteJob.run(row.seq);
  statements.deletePayload.run(row.seq);
  statements.deleteChunks.run(row.seq);
  changed(context, row.id);
}

/** The ttl is hard, also while the job runs. */
function expire(context: Context, row: JobRow, now: number): void {
  const ttl = row.expires_at - row.enqueued_at;
  if (row.status !== state.leased) {
    const error = `the job's ttl of ${ttl} ms ran out while it waited in the queue`;
    finish(context, row, { status: state.timedOut, errorType: 'timeout', error }, 'expired');
    return;
  }
  const error = `the job's ttl of ${ttl} ms ran out while it was running`;
  const history = withAttempt(row.history, {
    attempt: row.attempts,
    worker: row.worker,
    startedAt: row.started_at,
    endedAt: now,
    outcome: 'timed-out',
    errorType: 'timeout',
    error,
  });
  const execution = Math.max(0, now - (row.started_at ?? now));
  const ending = { status: state.timedOut, errorType: 'timeout', error, execution, history, expired: true } as const;
  finish(context, row, ending, 'expired');
}

/** Its back-off is over. */
function promote(context: Context, row: JobRow): void {
  context.store.statements.wait.run(row.seq);
  joinQueue(context, row);
}
