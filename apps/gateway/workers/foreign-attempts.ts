import type { Failure, Job, Lease } from '#libs/core';
import type { Emit } from '#libs/observability';
import type { Queue } from '#libs/queue';
import type { AttemptEnds, AttemptEnding } from './attempt-ends.ts';
import type { KnownWorker } from './known-worker.ts';

export interface ForeignAttemptsOptions {
  readonly queue: Queue;
  readonly ends: AttemptEnds;
  readonly emit: Emit;
  /** ms since 1970 */
  readonly now: () => number;
}

/** A queue that cannot be written is tried again after this, ms. */
const retryMs = 1_000;

/**
 * The attempts at workers over HTTP: sees to their execution timeout, tells their workers to stop, and takes back what is
 * lost. What is kept here is where to look; whether a worker has a job, the queue says each time.
 */
export class ForeignAttempts {
  readonly #options: ForeignAttemptsOptions;

  constructor(options: ForeignAttemptsOptions) {
    this.#options = options;
  }

  /** The worker is being given this job. */
  handOver(worker: KnownWorker, lease: Lease): void {
    this.#track(worker, lease, { startedAt: this.#options.now(), isOurs: true });
  }

  /** The worker has a job that another gateway gave it, or this one before it was started anew. */
  async adopt(worker: KnownWorker, id: string): Promise<void> {
    const { queue } = this.#options;
    const [lease, job] = await Promise.all([queue.held(id, worker.id), queue.get(id)]);
    if (lease === undefined || job === undefined || worker.attempts.has(id)) return;
    this.#track(worker, lease, { startedAt: job.enqueuedAt + (job.delayTime ?? 0), isOurs: false });
  }

  /** Nothing more is done about it here. */
  forget(worker: KnownWorker, id: string): void {
    worker.attempts.get(id)?.release();
    worker.attempts.delete(id);
  }

  /**
   * The worker does not have it any more: that was an attempt, and the job goes back.
   * @param how what the worker did, as in "worker w1 stopped answering at …, attempt 1"
   */
  async lost(worker: KnownWorker, id: string, how: string): Promise<void> {
    const { queue, now } = this.#options;
    const lease = await queue.held(id, worker.id);
    if (lease !== undefined) {
      const message = `worker ${worker.id} ${how} at ${new Date(now()).toISOString()}, attempt ${lease.job.attempt}`;
      await this.#end(lease, { outcome: 'failed', errorType: 'lease-lost', message, retry: true });
    }
    this.forget(worker, id);
  }

  /** @param isOurs handed over here: its end is reported here where the queue makes it */
  #track(worker: KnownWorker, lease: Lease, told: { readonly startedAt: number; readonly isOurs: boolean }): void {
    const { job, cancelled } = lease;
    const { now } = this.#options;
    this.forget(worker, job.id);
    // It may be a job that this worker was told to stop before.
    worker.stops.remove(job.id);
    let timer: NodeJS.Timeout | undefined;
    const timeOutIn = (ms: number): void => {
      const end = (): void => void this.#timeOut(worker, job).catch(() => timeOutIn(retryMs));
      timer = setTimeout(end, ms).unref();
    };
    const stop = (): void => this.#stopped(worker, job, { reason: String(cancelled.reason), isOurs: told.isOurs });
    const release = (): void => {
      clearTimeout(timer);
      cancelled.removeEventListener('abort', stop);
    };
    worker.attempts.set(job.id, { knownSince: now(), missed: 0, release });
    timeOutIn(Math.max(0, told.startedAt + job.policy.executionTimeout - now()));
    if (cancelled.aborted) stop();
    else cancelled.addEventListener('abort', stop, { once: true });
  }

  /** Past its execution timeout: the job ends, its worker lives. */
  async #timeOut(worker: KnownWorker, job: Job): Promise<void> {
    const lease = await this.#options.queue.held(job.id, worker.id);
    if (lease?.job.attempt === job.attempt) {
      const message = `the attempt ran longer than its execution timeout of ${job.policy.executionTimeout} ms`;
      worker.stops.add(job.id);
      await this.#end(lease, { outcome: 'timed-out', errorType: 'timeout', message, retry: false });
    }
    this.forget(worker, job.id);
  }

  /** The queue has ended the attempt: by a cancel, by the ttl, or because its worker was silent or overtaken. */
  #stopped(worker: KnownWorker, job: Job, how: { readonly reason: string; readonly isOurs: boolean }): void {
    this.forget(worker, job.id);
    worker.stops.add(job.id);
    if (!how.isOurs) return;
    this.#options.ends.report(job.id, job.attempt, endingOf(how.reason)).catch((error: unknown) => {
      const fields = { worker: worker.id, jobId: job.id, message: String(error) };
      this.#options.emit({ type: 'notice', level: 'warn', event: 'attempt-not-reported', fields });
    });
  }

  async #end(lease: Lease, failure: Failure): Promise<void> {
    await lease.fail(failure);
    await this.#options.ends.report(lease.job.id, lease.job.attempt, failure);
  }
}

function endingOf(reason: string): AttemptEnding {
  const message = `the attempt was stopped: ${reason}`;
  if (reason === 'expired') return { outcome: 'timed-out', errorType: 'timeout', message };
  if (reason === 'lost') return { outcome: 'cancelled', errorType: 'lease-lost', message };
  return { outcome: 'cancelled', errorType: 'other', message };
}
