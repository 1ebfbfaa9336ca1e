import type { EndedAttempt, Job } from '#libs/core';
import type { AttemptTrace, Emit, TraceIds } from '#libs/observability';
import type { AttemptEnd } from './attempt.ts';

export interface Report {
  readonly job: Job;
  readonly end: AttemptEnd;
  /** Attempts a job may have. */
  readonly attempts: number;
  readonly emit: Emit;
  readonly trace?: AttemptTrace | undefined;
}

/** An attempt is over; the queue may not know it yet. */
export function reportAttempt(report: Report): void {
  const { job, end, emit, trace } = report;
  const { ended } = end;
  trace?.ended(ended, end.errorType, end.message);
  emit({
    type: 'attempt-ended',
    jobId: job.id,
    attempt: job.attempt,
    outcome: ended.outcome,
    serviceMs: ended.service,
    retried: goesBack(report),
    ...(end.errorType !== undefined && { errorType: end.errorType }),
    ...(end.message !== undefined && { message: end.message }),
    ...(ended.deadline !== undefined && { deadlineMs: ended.deadline }),
    ...inTrace(trace),
  });
  if (end.errorType === 'lease-lost') {
    emit({ type: 'lease-lost', jobId: job.id, cause: 'expired', ...inTrace(trace) });
  }
}

/** The queue has been told. Nothing to say of a job that will be tried again, or that somebody else now has. */
export function reportFinished(report: Report, wallMs: number): void {
  const { job, end, emit, trace } = report;
  if (goesBack(report) || end.errorType === 'lease-lost') return;
  const totalMs = Math.max(0, wallMs - job.enqueuedAt);
  emit({ type: 'job-finished', jobId: job.id, status: finalStatus(end.ended.outcome), totalMs, ...inTrace(trace) });
}

/** Where an event of this attempt is to be found, if anywhere. */
export function inTrace(trace: AttemptTrace | undefined): { readonly trace?: TraceIds } {
  return trace?.ids === undefined ? {} : { trace: trace.ids };
}

function goesBack({ job, end, attempts }: Report): boolean {
  if (end.settle === 'give-back') return true;
  if (typeof end.settle === 'string' || !('failure' in end.settle)) return false;
  return end.settle.failure.retry && job.attempt < attempts;
}

function finalStatus(outcome: EndedAttempt['outcome']): 'succeeded' | 'failed' | 'timed-out' | 'cancelled' {
  return outcome === 'overloaded' ? 'failed' : outcome;
}
