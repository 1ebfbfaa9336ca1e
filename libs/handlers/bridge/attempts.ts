import type { Job } from '#libs/core';
import type { AttemptContext, AttemptResult } from '../contract.ts';
import { abortedByTimeout, attemptResult, chunkNotStored, type Ending } from '../ending.ts';
import { jobFields } from '../job-fields.ts';
import type { FromChild, ToChild } from './frames.ts';

export interface AttemptsOptions {
  readonly send: (frame: ToChild) => void;
  /** An attempt did not end in time after its abort. */
  readonly stuck: (jobId: string, afterMs: number) => void;
  readonly graceMs: number;
}

interface Attempt {
  readonly job: Job;
  readonly context: AttemptContext;
  readonly end: (ending: Ending) => void;
  /** Chunks on their way to the store, in order. */
  stored: Promise<Ending | undefined>;
}

type OfRun = Extract<FromChild, { type: 'progress' | 'chunk' | 'end' }>;

/** The attempts that run in one process. */
export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #attempts = new Map<number, Attempt>();
  #lost: Ending | undefined;
  #last = 0;
  #count = 0;

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /** Those whose end has not been answered. */
  get count(): number {
    return this.#count;
  }

  jobId(run: number): string | undefined {
    return this.#attempts.get(run)?.job.id;
  }

  async run(job: Job, context: AttemptContext): Promise<AttemptResult> {
    const { signal, deadline } = context;
    if (signal.aborted) return attemptResult({ ok: false, errorType: 'other', message: 'it was stopped' }, signal);
    if (this.#lost !== undefined) return attemptResult(this.#lost, signal);
    const run = (this.#last += 1);
    const { promise, resolve } = Promise.withResolvers<Ending>();
    this.#attempts.set(run, { job, context, end: resolve, stored: Promise.resolve(undefined) });
    this.#count += 1;
    this.#options.send({ type: 'job', run, job: jobFields(job), ...(deadline !== undefined && { deadline }) });
    const stopWatching = this.#watchAbort(run, job, signal);
    const ending = await promise;
    stopWatching();
    this.#count -= 1;
    return attemptResult(ending, signal);
  }

  take(frame: OfRun): void {
    const attempt = this.#attempts.get(frame.run);
    // Nothing counts after the end.
    if (attempt === undefined) return;
    switch (frame.type) {
      case 'progress':
        return attempt.context.progress(frame.data);
      case 'chunk':
        attempt.stored = attempt.stored.then((refused) => refused ?? this.#store(frame, attempt));
        return;
      case 'end':
        this.#end(frame.run, attempt, frame.ending);
    }
  }

  /** The process is gone, by itself or because it was replaced: its attempts are lost, and may be tried again. */
  lost(message: string, by: 'itself' | 'us'): void {
    const died = by === 'itself' && ({ processDied: true } as const);
    const lost: Ending = { ok: false, errorType: 'handler-exited', message, retry: true, ...died };
    this.#lost = lost;
    for (const [run, attempt] of this.#attempts) this.#end(run, attempt, lost);
  }

  #end(run: number, attempt: Attempt, ending: Ending): void {
    this.#attempts.delete(run);
    void attempt.stored.then((refused) => attempt.end(refused ?? ending));
  }

  async #store(frame: Extract<OfRun, { type: 'chunk' }>, attempt: Attempt): Promise<Ending | undefined> {
    try {
      await attempt.context.chunk(frame.data);
      this.#options.send({ type: 'stored', run: frame.run });
      return undefined;
    } catch (error) {
      this.#options.send({ type: 'cancel', run: frame.run });
      return chunkNotStored(error);
    }
  }

  /**
   * An attempt that timed out has the grace to end. One that was cancelled may be code that cannot be interrupted: it has
   * what is left of its execution timeout too, as if nobody had cancelled it.
   */
  #watchAbort(run: number, job: Job, signal: AbortSignal): () => void {
    const began = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      this.#options.send({ type: 'cancel', run });
      const left = abortedByTimeout(signal) ? 0 : job.policy.executionTimeout - (performance.now() - began);
      const after = Math.max(0, left) + this.#options.graceMs;
      timer = setTimeout(() => this.#options.stuck(job.id, after), after);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    return () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
  }
}
