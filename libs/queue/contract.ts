import type { JobPolicy, JobSource, Lease } from '#libs/core';
import type { Fleet } from './fleet.ts';

/** The six states of RunPod's API (`RUNPOD-PROTOCOL` P8). */
export const jobStatuses = ['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** A request as the gateway hands it over: validated, clamped, server-owned keys removed. */
export interface NewJob {
  readonly id: string;
  readonly input: unknown;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly policy: JobPolicy;
  readonly deadline?: number;
  readonly size?: number;
  readonly memory?: number;
  readonly class?: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly webhook?: string;
  readonly webhookV2?: string;
  readonly s3Config?: unknown;
  /** How long the result is kept after the end, ms. */
  readonly retention: number;
}

/** A job as its client may see it. Times in ms; those of the last attempt. */
export interface JobView {
  readonly id: string;
  readonly status: JobStatus;
  /** Wall clock. */
  readonly enqueuedAt: number;
  /** Start of the last attempt − submission; absent before the first. */
  readonly delayTime?: number;
  /** Length of the last attempt; absent until final. */
  readonly executionTime?: number;
  /** Wall clock; only when final. */
  readonly endedAt?: number;
  /** Attempts beyond the first. */
  readonly retries: number;
  readonly workerId?: string;
  /** The result, or the last progress while running; absent = none. */
  readonly output?: unknown;
  /** The true last cause; only when final. */
  readonly error?: string;
  /** The ttl ran out while it was running: clients are told 404 (P4). */
  readonly expired: boolean;
}

export interface Chunk {
  readonly seq: number;
  readonly data: unknown;
}

/** All states, for `/health` and the metrics. Final ones count since the queue file was made. */
export interface JobCounters {
  readonly waiting: number;
  readonly lowPriority: number;
  readonly leased: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly timedOut: number;
  readonly retried: number;
  readonly oldestAge: number;
}

/** A webhook that is due. `body` is the JSON text to send (status fields, `input`, `webhook`). */
export interface DueWebhook {
  readonly jobId: string;
  readonly url: string;
  readonly body: string;
  /** Of the attempt that ended the job, else of whoever enqueued it. */
  readonly traceparent?: string;
  /** 1 for the first delivery. */
  readonly delivery: number;
}

/**
 * A durable queue: what a worker takes from ({@link JobSource}) and what a gateway serves clients from.
 * Every change is durable when its promise resolves.
 * @throws {FlyballError} QUEUE_UNAVAILABLE (store full, locked or gone: nothing was changed; or its disk failed in the flush: unknown), QUEUE_FULL (enqueue only)
 */
export interface Queue extends JobSource {
  /** Who works for the endpoint, where processes share the queue; absent where there is only one. */
  readonly fleet?: Fleet;
  /** Finished results that the store has not taken yet, and the age of the oldest, ms; absent where none are kept. */
  readonly outbox?: { readonly results: number; readonly oldestAge: number } | undefined;
  enqueue(job: NewJob): Promise<JobView>;
  get(id: string): Promise<JobView | undefined>;
  /** Resolves at the next change of that job (state, progress or chunk) after the call, or when aborted; never rejects. */
  changed(id: string, signal: AbortSignal): Promise<void>;
  /** Queued: removed. Running: CANCELLED at once and its lease aborts. Final: unchanged. Unknown: undefined. */
  cancel(id: string): Promise<JobView | undefined>;
  /** FAILED or TIMED_OUT goes back to the queue with its id and input, output and chunks removed; else unchanged. */
  retry(id: string): Promise<{ readonly retried: boolean; readonly job: JobView } | undefined>;
  /** The job's life from its submission becomes `ttl` ms; a job that is final or unknown stays as it is. */
  setTtl?(id: string, ttl: number): Promise<void>;
  /** Ends all queued jobs CANCELLED; answers with how many. */
  purge(): Promise<number>;
  /** Chunks not yet acknowledged, oldest first, at least one if there is any, at most about `maxBytes` of JSON. */
  chunks(id: string, maxBytes: number): Promise<{ readonly chunks: readonly Chunk[]; readonly more: boolean }>;
  /** The chunks up to `seq` have been written to a client. */
  acknowledgeChunks(id: string, seq: number): Promise<void>;
  counters(): Promise<JobCounters>;
  /** Waits for deliveries that are due; each is due again after `webhookRetry` or `webhookDone` was not called for 60 s. */
  takeWebhooks(count: number, signal: AbortSignal): Promise<readonly DueWebhook[]>;
  webhookDone(jobId: string): Promise<void>;
  webhookRetry(jobId: string, afterMs: number): Promise<void>;
  /**
   * Another worker says that it still has these jobs. Those it took under {@link LeaseTerms} are renewed, from any process
   * that has this queue open; answers with those that are not its own: final, unknown, or somebody else's by now.
   */
  renew(worker: string, ids: readonly string[]): Promise<readonly string[]>;
  /** The lease under which another worker runs the job now, taken through whatever process; undefined where there is none. */
  held(id: string, worker: string): Promise<Lease | undefined>;
  /** A success whose lease is over counts while the job is not final; whoever has the job now is stopped. */
  lateSuccess(id: string, output: unknown, traceparent?: string): Promise<void>;
}
