/** What a client asked for beside the input; all optional. Times in ms. */
export interface JobPolicy {
  /** Longest run of one attempt. */
  readonly executionTimeout: number;
  /** Longest life from submission; hard, also while running. */
  readonly ttl: number;
  /** Runs only when no normal job waits, and never asks for a higher limit. */
  readonly lowPriority: boolean;
}

/** One unit of work as an attempt sees it. */
export interface Job {
  readonly id: string;
  /** Any JSON, as the client sent it. */
  readonly input: unknown;
  /** Top-level keys of the request beside `input`, handed to the handler unchanged. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly policy: JobPolicy;
  /** Deadline on service time in ms, where the job carries its own. */
  readonly deadline?: number;
  /** Declared size in the user's own units, above 0. */
  readonly size?: number;
  /** Declared memory in the user's own units, above 0. */
  readonly memory?: number;
  /** Declared class. */
  readonly class?: string;
  /** W3C trace context of whoever enqueued it. */
  readonly traceparent?: string;
  /** The rest of that context, as its sender wrote it; only beside a `traceparent`. */
  readonly tracestate?: string;
  /** W3C trace context of the attempt before this one, where that failed. */
  readonly previousTraceparent?: string;
  /** Wall clock, ms since 1970. */
  readonly enqueuedAt: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/** How an attempt ended. */
export const outcomes = ['succeeded', 'failed', 'overloaded', 'timed-out', 'cancelled'] as const;
export type Outcome = (typeof outcomes)[number];

/** Why an attempt did not succeed: the closed set of the metric label `error_type`. */
export const errorTypes = [
  'out-of-memory',
  'throttled',
  'timeout',
  'handler-threw',
  'handler-exited',
  'bad-output',
  'bad-input',
  'upstream',
  'lease-lost',
  'refused',
  'other',
] as const;
export type ErrorType = (typeof errorTypes)[number];

export interface Failure {
  readonly outcome: Exclude<Outcome, 'succeeded'>;
  readonly errorType: ErrorType;
  /** The true cause, in the words the client reads. */
  readonly message: string;
  /** What a handler returned beside its error. */
  readonly output?: unknown;
  /** Another attempt may succeed: a lost process, a full device, a throttled upstream. */
  readonly retry: boolean;
}

export interface QueueDepth {
  /** Jobs of normal priority waiting. */
  readonly waiting: number;
  /** Jobs of low priority waiting; they never ask for a higher limit. */
  readonly lowPriority: number;
  /** Attempts now leased, to any worker. */
  readonly leased: number;
  /** Age of the oldest waiting job in ms; 0 when none waits. */
  readonly oldestAge: number;
}

/**
 * The exclusive, renewed right to run one attempt. Whoever implements it renews it until it ends.
 * Every ending is durable when its promise resolves; an ending of a lease that was lost resolves and changes nothing.
 * @throws {FlyballError} QUEUE_UNAVAILABLE when the store cannot take the ending now; call again.
 */
export interface Lease {
  readonly job: Job;
  /** Aborts with a {@link LeaseEnd} as its reason when the attempt must stop. */
  readonly cancelled: AbortSignal;
  /**
   * `undefined` ends the job without output.
   * @param traceparent of the attempt: its webhook continues it
   */
  succeed(output: unknown, traceparent?: string): Promise<void>;
  /** @param traceparent of the attempt: its webhook continues it, the next attempt is told of it */
  fail(failure: Failure, traceparent?: string): Promise<void>;
  /** Latest wins; never fails the attempt. */
  progress(data: unknown): Promise<void>;
  /** In order; resolves when stored, which is the back-pressure of a stream. */
  chunk(data: unknown): Promise<void>;
  /** Back to the queue, not counted as an attempt. */
  giveBack(): Promise<void>;
}

/** Why a running attempt must stop: `expired` is a ttl, `lost` a lease that someone else may now hold. */
export type LeaseEnd = 'cancelled' | 'expired' | 'lost';

/** For a worker that is not this process: its leases end unless they are renewed. */
export interface LeaseTerms {
  /** Its name. */
  readonly worker: string;
  /** A lease that was not renewed for so long is lost: the attempt counts, and the job goes back. ms */
  readonly leaseMs: number;
}

/** Where jobs come from. */
export interface JobSource {
  /**
   * Waits until at least one job is to be had and answers with at most `count`, normal priority first, oldest first.
   * Aborted: resolves with what it already holds, or nothing; no lease is lost.
   * @param terms for another worker than the one that the queue was opened for
   */
  take(count: number, signal: AbortSignal, terms?: LeaseTerms): Promise<readonly Lease[]>;
  /** `undefined` where the queue cannot tell. */
  depth(): Promise<QueueDepth | undefined>;
  close(): Promise<void>;
}
