import type { Job } from '#libs/core';
import type { NewJob } from '../contract.ts';

/** A job's data in BullMQ. Short names: they are stored with each job. JSON leaves out what is undefined. */
export interface Payload {
  readonly input: unknown;
  readonly extra?: NewJob['extra'];
  /** Policy: execution timeout and ttl in ms, low priority. */
  readonly timeout: number;
  readonly ttl: number;
  readonly low?: true;
  readonly deadline?: number;
  readonly size?: number;
  readonly memory?: number;
  readonly class?: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly webhook?: string;
  readonly webhookV2?: string;
  readonly s3Config?: unknown;
  /** ms */
  readonly retention: number;
}

export function payloadOf(job: NewJob): Payload {
  const { id: _id, policy, extra, input, ...rest } = job;
  return {
    ...rest,
    input: input ?? null,
    timeout: policy.executionTimeout,
    ttl: policy.ttl,
    ...(Object.keys(extra).length > 0 && { extra }),
    ...(policy.lowPriority && { low: true }),
  };
}

/** What an attempt must know beside the payload. */
export interface AttemptFacts {
  readonly id: string;
  readonly enqueuedAt: number;
  readonly attempt: number;
  readonly previousTraceparent?: string;
}

/** The job as its attempt sees it. `extra` also carries what RunPod hands to handlers: `webhook`, `webhookV2`, `s3Config`. */
export function jobOf(payload: Payload, facts: AttemptFacts): Job {
  const { input, extra, timeout, ttl, low, webhook, webhookV2, s3Config, retention: _retention, ...rest } = payload;
  return {
    ...rest,
    ...facts,
    input,
    extra: {
      ...extra,
      ...(webhook !== undefined && { webhook }),
      ...(webhookV2 !== undefined && { webhookV2 }),
      ...(s3Config !== undefined && { s3Config }),
    },
    policy: { executionTimeout: timeout, ttl, lowPriority: low === true },
  };
}
