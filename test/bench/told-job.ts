import type { EndedAttempt, Job } from '#libs/core';
import type { AttemptTrace, Emit, Tracing } from '#libs/observability';

const handlerKind = 'module';
const job: Job = {
  id: '0b54b1de-3e8a-4c1e-9d4f-4f1a5c8b2e10-e1',
  input: {},
  extra: {},
  policy: { executionTimeout: 600_000, ttl: 86_400_000, lowPriority: false },
  deadline: 2000,
  enqueuedAt: 0,
  attempt: 1,
};
const ended: EndedAttempt = { outcome: 'succeeded', finish: 0, service: 1234, deadline: 2000, n: 4 };
const stored = async (): Promise<boolean> => true;

/** What one job makes its gateway and its worker tell, from the store to its end, as they tell it; nothing runs. */
export async function tellOfJob(emit: Emit, tracing: Tracing | undefined): Promise<void> {
  const now = Date.now();
  const sending = tracing?.send(job.id, {});
  sending?.end();
  emit({ type: 'queue-operation', operation: 'take', result: 'ok', durationMs: 3, count: 1 });
  const sent = { ...job, enqueuedAt: now - 40, ...(sending && { traceparent: sending.traceparent }) };
  const trace = tracing?.attempt({ job: sent, handlerKind, leasedAt: now - 1, startedAt: now });
  emit({ type: 'admission', result: 'admitted', reason: '', waitMs: 1, ...inTrace(trace) });
  emit({ type: 'attempt-started', jobId: job.id, attempt: 1, queueWaitMs: 40, ...inTrace(trace) });
  trace?.ended(ended, undefined, undefined);
  emit({
    type: 'attempt-ended',
    jobId: job.id,
    attempt: 1,
    outcome: 'succeeded',
    serviceMs: 1234,
    deadlineMs: 2000,
    retried: false,
    ...inTrace(trace),
  });
  await (trace === undefined ? stored() : trace.settled(stored));
  emit({ type: 'queue-operation', operation: 'succeed', result: 'ok', durationMs: 2 });
  emit({ type: 'job-finished', jobId: job.id, status: 'succeeded', totalMs: 1280, ...inTrace(trace) });
  trace?.end();
}

function inTrace(trace: AttemptTrace | undefined) {
  return trace?.ids === undefined ? {} : { trace: trace.ids };
}
