import type { Failure, Lease } from '#libs/core';
import type { Emit } from '#libs/observability';
import type { Queue } from '#libs/queue';
import { isFinal, readWorkerChunk, readWorkerResult, type FailedResult, type WorkerResult } from '#libs/runpod';
import { Refusal } from '../refusal.ts';
import type { AttemptEnds } from './attempt-ends.ts';
import type { ForeignAttempt } from './foreign-attempt.ts';
import type { ForeignAttempts } from './foreign-attempts.ts';
import type { KnownWorker } from './known-worker.ts';
import type { Roster } from './roster.ts';

export interface ResultsOptions {
  readonly queue: Queue;
  readonly roster: Roster;
  readonly attempts: ForeignAttempts;
  readonly ends: AttemptEnds;
  readonly emit: Emit;
}

/** What a worker posts about one of its jobs. */
export interface Posted {
  readonly worker: string;
  readonly job: string;
  readonly body: string;
  /** W3C trace context of the attempt, where the worker sends one. */
  readonly traceparent?: string | undefined;
}

/**
 * Takes results, progress and chunks. Each call may come twice, late, or for a job that is somebody else's by now: the
 * first end counts, and a late success while there is no end.
 */
export class Results {
  readonly #options: ResultsOptions;

  constructor(options: ResultsOptions) {
    this.#options = options;
  }

  /** Durable when it resolves; then the worker forgets the job. */
  async done(posted: Posted): Promise<void> {
    const worker = this.#options.roster.called(posted.worker);
    const lease = await this.#options.queue.held(posted.job, posted.worker);
    const result = readWorkerResult(posted.body);
    this.#countReplaced(result.replaced);
    if (result.kind === 'progress') return await lease?.progress(result.output);
    if (result.stopPod) this.#wantsReplacement(worker);
    if (result.kind === 'failed' && isOfAnother(lease, result)) return this.#lateFailure(posted, result);
    const attempt = worker.attempts.get(posted.job);
    await this.#settle(posted, lease, result);
    this.#over(worker, posted.job, attempt);
  }

  /**
   * One yield of a generator.
   * @throws {Refusal} 400 for a body that is none
   */
  async chunk(posted: Posted): Promise<void> {
    this.#options.roster.called(posted.worker);
    const chunk = readWorkerChunk(posted.body);
    if (chunk === undefined) throw new Refusal(400, 'The body is no chunk. Send a JSON object: {"output": …}.');
    this.#countReplaced(chunk.replaced);
    const lease = await this.#options.queue.held(posted.job, posted.worker);
    try {
      await lease?.chunk(chunk.output);
    } catch (error) {
      if (error instanceof RangeError) throw tooDeep();
      throw error;
    }
  }

  /** A result or chunk that is above the limit ends its job: the worker will not send another. */
  async tooLarge({ worker: id, job }: Omit<Posted, 'body'>, limit: string): Promise<void> {
    const worker = this.#options.roster.called(id);
    const lease = await this.#options.queue.held(job, id);
    if (lease === undefined) return;
    const message = `worker ${id} posted a result above the limit of ${limit}. Return large data by reference, as a URL.`;
    const attempt = worker.attempts.get(job);
    await this.#fail(lease, { outcome: 'failed', errorType: 'bad-output', message, retry: false });
    this.#over(worker, job, attempt);
    // Its handler may go on yielding.
    worker.stops.add(job);
  }

  async #settle(posted: Posted, lease: Lease | undefined, result: Exclude<WorkerResult, { kind: 'progress' }>) {
    const { traceparent } = posted;
    if (result.kind === 'failed') {
      if (lease === undefined) this.#lateFailure(posted, result);
      else await this.#fail(lease, failureOf(result), traceparent);
      return;
    }
    try {
      if (lease === undefined) return await this.#succeedLate(posted, result.output);
      await lease.succeed(result.output, traceparent);
      await this.#options.ends.report(lease.job.id, lease.job.attempt, { outcome: 'succeeded' });
    } catch (error) {
      // Too deep to be written as JSON again.
      if (!(error instanceof RangeError)) throw error;
      const message = tooDeep().message;
      if (lease !== undefined) await this.#fail(lease, { ...failed, errorType: 'bad-output', message }, traceparent);
    }
  }

  /** Its lease was lost; whoever has the job now is stopped. */
  async #succeedLate({ job: id, traceparent }: Posted, output: unknown): Promise<void> {
    const { queue, ends } = this.#options;
    const before = await queue.get(id);
    if (before === undefined || isFinal(before.status)) return;
    await queue.lateSuccess(id, output, traceparent);
    const job = await queue.get(id);
    if (job !== undefined) ends.reportJob(job);
  }

  #lateFailure({ worker, job }: Posted, { error }: FailedResult): void {
    const message = `worker ${worker} posted a failure of ${job}, which it does not have any more: ${error}`;
    this.#options.emit({
      type: 'notice',
      level: 'info',
      event: 'late-failure',
      fields: { worker, jobId: job, message },
    });
  }

  async #fail(lease: Lease, failure: Failure, traceparent?: string): Promise<void> {
    await lease.fail(failure, traceparent);
    await this.#options.ends.report(lease.job.id, lease.job.attempt, failure);
  }

  /** The worker does not have this attempt any more. It may have been given the next one already. */
  #over(worker: KnownWorker, job: string, attempt: ForeignAttempt | undefined): void {
    const now = worker.attempts.get(job);
    if (now === undefined || now === attempt) {
      this.#options.attempts.forget(worker, job);
      worker.stops.remove(job);
    }
    this.#options.roster.report(worker);
  }

  #wantsReplacement(worker: KnownWorker): void {
    if (worker.asksForReplacement) return;
    worker.asksForReplacement = true;
    const message = `worker ${worker.id} asks to be replaced after a job; its supervisor has to start it anew, Flyball cannot`;
    const fields = { worker: worker.id, message };
    this.#options.emit({ type: 'notice', level: 'info', event: 'worker-wants-replacement', fields });
  }

  #countReplaced(count: number): void {
    if (count === 0) return;
    this.#options.emit({ type: 'notice', level: 'warn', event: 'non-finite-replaced', fields: { count } });
  }
}

/** It came twice: the worker has the attempt after it by now. */
function isOfAnother(lease: Lease | undefined, { ending }: FailedResult): boolean {
  return lease !== undefined && ending?.attempt !== undefined && ending.attempt !== lease.job.attempt;
}

/** A worker's own verdict is final, unless it says that another attempt may succeed. */
const failed = { outcome: 'failed', retry: false } as const;

function failureOf(result: FailedResult): Failure {
  return {
    ...failed,
    errorType: result.unreadable ? 'bad-output' : 'handler-threw',
    message: result.error,
    ...endingOf(result),
    ...('output' in result && isWritable(result.output) && { output: result.output }),
  };
}

function endingOf({ ending }: FailedResult): Partial<Failure> {
  if (ending === undefined) return {};
  const { outcome, errorType, retry } = ending;
  return { outcome, errorType, retry };
}

/** JSON.parse reads deeper than JSON.stringify can write. */
function isWritable(output: unknown): boolean {
  try {
    JSON.stringify(output);
    return true;
  } catch {
    return false;
  }
}

function tooDeep(): Refusal {
  return new Refusal(400, 'The result is nested too deeply. Flatten it.');
}
