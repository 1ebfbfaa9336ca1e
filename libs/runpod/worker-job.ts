import type { Job } from '#libs/core';
import { isForbidden } from './request.ts';

/** A job as a worker receives it; RunPod's SDK hands all of it to the handler. */
export interface WorkerJob {
  readonly id: string;
  readonly input: unknown;
  readonly [key: string]: unknown;
}

/**
 * What `job-take` answers with. `input` is always there: the SDK refuses a job without one. Whatever a client sent under a
 * name of ours is covered by ours. What only a worker of ours looks at is under `flyball`, where there is any of it.
 */
export function workerJob(job: Job): WorkerJob {
  const extra = Object.entries(job.extra).filter(([key]) => !isForbidden(key));
  const ours = oursOf(job);
  return {
    ...Object.fromEntries(extra),
    id: job.id,
    input: job.input ?? null,
    policy: job.policy,
    attempt: job.attempt,
    enqueuedAt: job.enqueuedAt,
    ...(job.traceparent !== undefined && { traceparent: job.traceparent }),
    ...(job.tracestate !== undefined && { tracestate: job.tracestate }),
    ...(Object.keys(ours).length > 0 && { flyball: ours }),
  };
}

const ourKeys = ['deadline', 'size', 'memory', 'class', 'previousTraceparent'] as const;

function oursOf(job: Job): Readonly<Record<string, unknown>> {
  return Object.fromEntries(ourKeys.flatMap((key) => (job[key] === undefined ? [] : [[key, job[key]]])));
}
