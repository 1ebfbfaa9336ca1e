import { changed, type Context } from './context.ts';
import type { JobRow } from './rows.ts';
import { state } from './states.ts';

export interface Requeue {
  readonly history: string | null;
  /** The next attempt starts no earlier than this from now. */
  readonly delayMs: number;
  /** The attempt does not count; `worker` and `startedAt` are then those of the one before. */
  readonly uncounted?: boolean;
  readonly worker?: string | null;
  readonly startedAt?: number | null;
}

/** Within a transaction: from a lease back to the job's old place in the queue. */
export function requeue(context: Context, row: JobRow, how: Requeue): void {
  const { store, rules, alarm } = context;
  const now = rules.now();
  const uncounted = how.uncounted === true;
  const due = how.delayMs > 0 ? Math.min(now + how.delayMs, row.expires_at) : row.expires_at;
  store.statements.requeue.run(
    how.delayMs > 0 ? state.delayed : state.waiting,
    uncounted ? row.attempts - 1 : row.attempts,
    uncounted ? (how.startedAt ?? null) : row.started_at,
    uncounted ? (how.worker ?? null) : row.worker,
    uncounted || row.started_at === null ? row.execution : Math.max(0, now - row.started_at),
    due,
    how.history,
    row.seq,
  );
  store.tally.leased -= 1;
  if (how.delayMs === 0) joinQueue(context, row);
  if (!uncounted) store.tally.retried += 1;
  alarm.set(due);
  changed(context, row.id);
}

/** Counts a job that becomes one of the waiting. */
export function joinQueue(context: Context, row: Pick<JobRow, 'priority'>): void {
  const { tally } = context.store;
  if (row.priority === 1) tally.lowPriority += 1;
  else tally.waiting += 1;
}

/** Counts a job that stops being one of the waiting or the leased. */
export function leaveQueue(context: Context, row: Pick<JobRow, 'priority' | 'status'>): void {
  const { tally } = context.store;
  if (row.status === state.leased) tally.leased -= 1;
  else if (row.status !== state.waiting) return;
  else if (row.priority === 1) tally.lowPriority -= 1;
  else tally.waiting -= 1;
}
