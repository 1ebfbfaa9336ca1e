import type { Job } from '#libs/core';
import type { NewJob } from '../contract.ts';
import { pastAttempts } from '../history.ts';

/** What only the attempt reads of a job; most jobs have none of it. */
interface Details {
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly deadline?: number;
  readonly size?: number;
  readonly memory?: number;
  readonly class?: string;
  readonly webhookV2?: string;
  readonly tracestate?: string;
}

/** As JSON text, or null when there is nothing to keep. */
export function detailsOf(job: NewJob): string | null {
  const hasExtra = Object.keys(job.extra).length > 0;
  if (
    !hasExtra &&
    job.deadline === undefined &&
    job.size === undefined &&
    job.memory === undefined &&
    job.class === undefined &&
    job.webhookV2 === undefined &&
    job.tracestate === undefined
  ) {
    return null;
  }
  const { deadline, size, memory, webhookV2, tracestate } = job;
  // JSON leaves out what is undefined.
  return JSON.stringify({
    extra: hasExtra ? job.extra : undefined,
    deadline,
    size,
    memory,
    class: job.class,
    webhookV2,
    tracestate,
  });
}

/** A claimed row, as its statement answers. */
export interface ClaimedRow {
  readonly seq: number;
  readonly id: string;
  readonly priority: 0 | 1;
  readonly attempts: number;
  readonly enqueued_at: number;
  readonly expires_at: number;
  readonly retention: number;
  readonly execution_timeout: number;
  readonly traceparent: string | null;
  readonly webhook: string | null;
  readonly details: string | null;
  readonly s3_config: string | null;
  readonly input: string | null;
  readonly history: string | null;
}

/** The job as its attempt sees it. `extra` also carries what RunPod hands to handlers: `webhook`, `webhookV2`, `s3Config`. */
export function jobOf(row: ClaimedRow, input: string): Job {
  const details = row.details === null ? {} : (JSON.parse(row.details) as Details);
  const previousTraceparent = previousTraceparentOf(row);
  return {
    id: row.id,
    input: JSON.parse(input) as unknown,
    extra: extraOf(row, details),
    policy: {
      executionTimeout: row.execution_timeout,
      ttl: row.expires_at - row.enqueued_at,
      lowPriority: row.priority === 1,
    },
    ...(details.deadline !== undefined && { deadline: details.deadline }),
    ...(details.size !== undefined && { size: details.size }),
    ...(details.memory !== undefined && { memory: details.memory }),
    ...(details.class !== undefined && { class: details.class }),
    ...(row.traceparent !== null && { traceparent: row.traceparent }),
    ...(details.tracestate !== undefined && { tracestate: details.tracestate }),
    ...(previousTraceparent !== undefined && { previousTraceparent }),
    enqueuedAt: row.enqueued_at,
    attempt: row.attempts + 1,
  };
}

/** Of the attempt just before, if that one's failure is known; a job sent again by hand starts without one. */
function previousTraceparentOf({ history, attempts }: ClaimedRow): string | undefined {
  if (history === null) return undefined;
  const last = pastAttempts(history).at(-1);
  return last?.attempt === attempts ? last.traceparent : undefined;
}

function extraOf(row: ClaimedRow, details: Details): Readonly<Record<string, unknown>> {
  return {
    ...details.extra,
    ...(row.webhook !== null && { webhook: row.webhook }),
    ...(details.webhookV2 !== undefined && { webhookV2: details.webhookV2 }),
    ...(row.s3_config !== null && { s3Config: JSON.parse(row.s3_config) as unknown }),
  };
}
