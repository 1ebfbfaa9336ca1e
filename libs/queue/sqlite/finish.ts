import type { ErrorType, LeaseEnd } from '#libs/core';
import { changed, type Context } from './context.ts';
import { viewOf, type JobRow } from './rows.ts';
import { state, type FinalState } from './states.ts';
import { leaveQueue } from './requeue.ts';

export interface Ending {
  readonly status: FinalState;
  /** JSON text. */
  readonly output?: string | null;
  readonly errorType?: ErrorType;
  readonly error?: string;
  /** Length of the last attempt, ms, where one ends here. */
  readonly execution?: number;
  /** The ttl ran out while it was running. */
  readonly expired?: boolean;
  readonly history?: string | null;
  /** Trace context of the attempt that ends the job; its webhook continues it. */
  readonly traceparent?: string;
}

/**
 * Within a transaction: the one way into a final state, but for the short cut of an ordinary success. A lease that is
 * still held aborts with `leaseEnd` after the commit.
 */
export function finish(context: Context, row: JobRow, ending: Ending, leaseEnd: LeaseEnd): void {
  const { store, rules, group, leases, alarm } = context;
  const now = rules.now();
  const removeAt = removalTime(now, row.retention);
  store.statements.finish.run(
    ending.status,
    ending.output ?? null,
    ending.errorType ?? null,
    ending.error ?? null,
    ending.execution ?? row.execution,
    now,
    removeAt,
    ending.expired === true ? 1 : null,
    ending.history ?? row.history,
    row.seq,
  );
  leaveQueue(context, row);
  count(context, ending.status);
  alarm.set(removeAt);
  if (row.webhook !== null) storeWebhook(context, row.seq, ending.traceparent);
  changed(context, row.id);
  if (row.status === state.leased) group.after(() => leases.get(row.seq)?.end(leaseEnd));
}

/** Whole seconds, so that results which end together are removed together. */
export function removalTime(endedAt: number, retention: number): number {
  return Math.ceil((endedAt + retention) / 1000) * 1000;
}

/**
 * Within the transaction that made the job final: its webhook can then neither be lost nor be sent for nothing.
 * `traceparent` is that of the attempt that ended the job; without one, the webhook gets that of whoever enqueued it.
 */
export function storeWebhook(context: Context, seq: number, traceparent: string | undefined): void {
  const { statements } = context.store;
  const row = statements.jobBySeq.get(seq) as unknown as JobRow;
  const input = JSON.parse(String(statements.inputOf.get(seq)?.['input'] ?? 'null')) as unknown;
  const url = row.webhook ?? '';
  const now = context.rules.now();
  statements.insertWebhook.run(
    row.id,
    url,
    context.rules.webhookBody({ job: viewOf(row), input, url }),
    traceparent ?? row.traceparent,
    now,
  );
  context.group.after(context.webhookStored);
}

function count(context: Context, status: FinalState): void {
  const { tally } = context.store;
  switch (status) {
    case state.completed:
      tally.completed += 1;
      return;
    case state.failed:
      tally.failed += 1;
      return;
    case state.cancelled:
      tally.cancelled += 1;
      return;
    case state.timedOut:
      tally.timedOut += 1;
      return;
  }
}
