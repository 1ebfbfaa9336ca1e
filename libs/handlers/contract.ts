import type { ErrorType, Job, Observation, Outcome } from '#libs/core';

/** What a handler says about itself once it is ready. */
export interface HandlerFacts {
  /** It has a concurrency modifier of its own. */
  readonly hasModifier: boolean;
  /** Its jobs never overlapped under RunPod's SDK: at most one at a time unless CONCURRENCY_MAX is set (Y4). */
  readonly sync: boolean;
}

export interface AttemptContext {
  /** Aborts when the attempt must stop: cancelled, lease lost, or (with 'timeout' as its reason) timed out. */
  readonly signal: AbortSignal;
  /** Deadline on service time in ms, the job's own or LATENCY_TARGET. */
  readonly deadline?: number;
  progress(data: unknown): void;
  /** Resolves when stored: awaiting it is the back-pressure of a stream. */
  chunk(data: unknown): Promise<void>;
}

/** How the handler ended an attempt. Handlers never throw for what a user's code does: they answer with the cause. */
export type AttemptResult =
  | { readonly outcome: 'succeeded'; readonly output: unknown; readonly refreshWorker?: boolean }
  | {
      readonly outcome: Exclude<Outcome, 'succeeded'>;
      readonly errorType: ErrorType;
      readonly message: string;
      readonly output?: unknown;
      /** Another attempt may succeed. */
      readonly retry: boolean;
      /** The work was never begun: the job goes back, and no attempt is counted. */
      readonly unstarted?: boolean;
      /** The handler's process died by itself, and every attempt in it. */
      readonly processDied?: true;
      readonly refreshWorker?: boolean;
    };

/** What a handler process does, for events and logs. */
export type HandlerState =
  | { readonly state: 'up'; readonly startMs: number }
  | {
      readonly state: 'down';
      readonly cause: 'exit' | 'out-of-memory' | 'unresponsive' | 'refresh';
      readonly detail: string;
    }
  | {
      readonly state: 'log';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly message: string;
      readonly jobId?: string;
    };

export interface Handler {
  readonly kind: 'module' | 'python' | 'http';
  /**
   * Resolves when jobs can be taken.
   * @throws {FlyballError} HANDLER_FAILED, or HANDLER_UNFIT (a fitness check failed), with what is wrong and the next step
   */
  start(signal: AbortSignal): Promise<HandlerFacts>;
  /** False while a process restarts: the worker takes no jobs. */
  readonly ready: boolean;
  /** Never rejects. Ends soon after `context.signal` aborts, or (sync code that cannot be interrupted) when it returns. */
  run(job: Job, context: AttemptContext): Promise<AttemptResult>;
  /**
   * The user's own concurrency modifier, called with ⌊limit in force⌋ (and, in process, the last observation); answers
   * whatever the user's code answers.
   */
  modify(current: number, last?: Observation): Promise<unknown>;
  /** Ends what was started; processes that do not end are killed after the grace. */
  close(graceMs: number): Promise<void>;
}

export type HandlerListener = (state: HandlerState) => void;
