import type { Job } from '#libs/core';

/** The job as the user's code sees it: RunPod's dict, with what its client sent beside `input`. */
export type JobFields = Readonly<Record<string, unknown>> & { readonly id: string; readonly input: unknown };

export function jobFields(job: Job): JobFields {
  return {
    ...job.extra,
    id: job.id,
    input: job.input,
    policy: job.policy,
    attempt: job.attempt,
    enqueuedAt: job.enqueuedAt,
    ...(job.traceparent !== undefined && { traceparent: job.traceparent }),
    ...(job.tracestate !== undefined && { tracestate: job.tracestate }),
  };
}
