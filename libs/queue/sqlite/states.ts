import type { JobStatus } from '../contract.ts';

/** What `job.status` holds. A delayed job is a queued one whose next attempt may not start yet. */
export const state = {
  waiting: 0,
  leased: 1,
  completed: 2,
  failed: 3,
  cancelled: 4,
  timedOut: 5,
  delayed: 6,
} as const;

export type State = (typeof state)[keyof typeof state];
export type FinalState = 2 | 3 | 4 | 5;

const statuses: readonly JobStatus[] = [
  'IN_QUEUE',
  'IN_PROGRESS',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'TIMED_OUT',
  'IN_QUEUE',
];

export function statusOf(code: State): JobStatus {
  return statuses[code] ?? 'IN_QUEUE';
}

export function isFinal(code: State): code is FinalState {
  return code >= state.completed && code <= state.timedOut;
}
