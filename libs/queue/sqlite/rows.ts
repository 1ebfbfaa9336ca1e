import type { JobView } from '../contract.ts';
import { isFinal, state, statusOf, type State } from './states.ts';

/** A row of `job` without what only an attempt needs. */
export interface JobRow {
  readonly seq: number;
  readonly id: string;
  readonly status: State;
  readonly priority: 0 | 1;
  readonly attempts: number;
  readonly enqueued_at: number;
  readonly expires_at: number;
  readonly retention: number;
  readonly started_at: number | null;
  readonly execution: number | null;
  readonly ended_at: number | null;
  readonly expired: number | null;
  readonly worker: string | null;
  readonly traceparent: string | null;
  readonly webhook: string | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly history: string | null;
}

export function viewOf(row: JobRow): JobView {
  const final = isFinal(row.status);
  return {
    id: row.id,
    status: statusOf(row.status),
    enqueuedAt: row.enqueued_at,
    retries: Math.max(0, row.attempts - 1),
    expired: row.expired === 1,
    ...(row.started_at !== null && { delayTime: Math.max(0, row.started_at - row.enqueued_at) }),
    ...(final && row.execution !== null && { executionTime: row.execution }),
    ...(final && row.ended_at !== null && { endedAt: row.ended_at }),
    ...(row.worker !== null && { workerId: row.worker }),
    ...(row.output !== null && { output: JSON.parse(row.output) as unknown }),
    ...(final && row.error !== null && { error: row.error }),
  };
}

/** The same job as it stands while a worker has it. */
export function isHeld(row: JobRow, attempt: number): boolean {
  return row.status === state.leased && row.attempts === attempt;
}
