import type { JobView } from '../contract.ts';
import { changed, type Context } from './context.ts';
import { refuseWhenFull } from './enqueue.ts';
import { finish } from './finish.ts';
import { withAttempt } from '../history.ts';
import { joinQueue } from './requeue.ts';
import { viewOf, type JobRow } from './rows.ts';
import { isFinal, state } from './states.ts';

export function find(context: Context, id: string): JobView | undefined {
  const row = rowOf(context, id);
  return row === undefined ? undefined : viewOf(row);
}

/** Within a transaction. */
export function cancel(context: Context, id: string): JobView | undefined {
  const row = rowOf(context, id);
  if (row === undefined) return undefined;
  if (isFinal(row.status)) return viewOf(row);
  endCancelled(context, row);
  return find(context, id);
}

/** Within a transaction. The job starts anew, at the end of the queue: ttl, attempts and times count from now. */
export function retry(context: Context, id: string): { readonly retried: boolean; readonly job: JobView } | undefined {
  const row = rowOf(context, id);
  if (row === undefined) return undefined;
  if (row.status !== state.failed && row.status !== state.timedOut) return { retried: false, job: viewOf(row) };
  refuseWhenFull(context);
  const { statements, tally } = context.store;
  const now = context.rules.now();
  const seq = tally.lastJob + 1;
  const expiresAt = now + (row.expires_at - row.enqueued_at);
  statements.deleteChunks.run(row.seq);
  statements.restart.run(seq, now, expiresAt, expiresAt, row.seq);
  statements.movePayload.run(seq, row.seq);
  tally.lastJob = seq;
  tally.retried += 1;
  if (row.status === state.failed) tally.failed -= 1;
  else tally.timedOut -= 1;
  joinQueue(context, row);
  context.alarm.set(expiresAt);
  changed(context, id);
  return { retried: true, job: viewOf(statements.jobBySeq.get(seq) as unknown as JobRow) };
}

/** Within a transaction: the life of a job that is not final, ms from its submission. */
export function setTtl(context: Context, id: string, ttl: number): void {
  const row = rowOf(context, id);
  if (row === undefined || isFinal(row.status)) return;
  const expiresAt = row.enqueued_at + ttl;
  context.store.statements.setLife.run(expiresAt, expiresAt, expiresAt, row.seq);
  context.alarm.set(expiresAt);
}

/** Jobs ended in one transaction. */
const purgeSlice = 250;

/** Slice by slice, so that a long queue does not hold up the event loop; jobs sent meanwhile are not touched. */
export async function purge(context: Context): Promise<number> {
  const { statements, tally } = context.store;
  const last = await context.group.run(() => tally.lastJob);
  let removed = 0;
  for (;;) {
    const ended = await context.group.run(() => {
      const waiting = statements.waitingJobs.all(last, purgeSlice);
      const rows = waiting.length > 0 ? waiting : statements.delayedJobs.all(last, purgeSlice);
      for (const row of rows as unknown as readonly JobRow[]) endCancelled(context, row);
      return rows.length;
    });
    if (ended === 0) return removed;
    removed += ended;
  }
}

function endCancelled(context: Context, row: JobRow): void {
  if (row.status !== state.leased) return finish(context, row, { status: state.cancelled }, 'cancelled');
  const now = context.rules.now();
  const history = withAttempt(row.history, {
    attempt: row.attempts,
    worker: row.worker,
    startedAt: row.started_at,
    endedAt: now,
    outcome: 'cancelled',
  });
  const execution = Math.max(0, now - (row.started_at ?? now));
  finish(context, row, { status: state.cancelled, execution, history }, 'cancelled');
}

function rowOf(context: Context, id: string): JobRow | undefined {
  return context.store.statements.jobById.get(id) as unknown as JobRow | undefined;
}
