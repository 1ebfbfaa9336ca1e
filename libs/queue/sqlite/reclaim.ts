import type { Context } from './context.ts';
import { finish } from './finish.ts';
import { withAttempt } from '../history.ts';
import { requeue } from './requeue.ts';
import type { JobRow } from './rows.ts';
import { state } from './states.ts';

/**
 * At opening: every lease in the file belongs to a process that is gone, for only one can have the file. Its attempt is
 * lost and counts; the job goes back to its old place, or ends when it has no attempt left. Answers with how many.
 */
export function reclaim(context: Context, renewedAt: number): number {
  const { statements, tally } = context.store;
  const rows = statements.leasedJobs.all(tally.leased) as unknown as readonly JobRow[];
  for (const row of rows) lose(context, row, Math.max(renewedAt, row.started_at ?? 0));
  return rows.length;
}

/** Within a transaction: whoever had the job is gone. */
export function lose(context: Context, row: JobRow, lastSeen: number): void {
  const { attempts } = context.rules;
  const seen = new Date(lastSeen).toISOString();
  const error = `worker ${row.worker ?? ''} stopped answering at ${seen}, attempt ${row.attempts} of ${attempts}`;
  const history = withAttempt(row.history, {
    attempt: row.attempts,
    worker: row.worker,
    startedAt: row.started_at,
    endedAt: lastSeen,
    outcome: 'lost',
    errorType: 'lease-lost',
    error,
  });
  if (row.attempts < attempts) return requeue(context, row, { history, delayMs: 0 });
  const execution = Math.max(0, lastSeen - (row.started_at ?? lastSeen));
  finish(context, row, { status: state.failed, errorType: 'lease-lost', error, execution, history }, 'lost');
}
