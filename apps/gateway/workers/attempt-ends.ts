import type { ErrorType, Outcome } from '#libs/core';
import type { Emit } from '#libs/observability';
import type { JobView, Queue } from '#libs/queue';
import { isFinal, type RunpodStatus } from '#libs/runpod';

export interface AttemptEnding {
  readonly outcome: Outcome;
  readonly errorType?: ErrorType;
  readonly message?: string;
}

const ends: Readonly<Partial<Record<RunpodStatus, 'succeeded' | 'failed' | 'timed-out' | 'cancelled'>>> = {
  COMPLETED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timed-out',
  CANCELLED: 'cancelled',
};

/** Tells metrics and log of attempts that ended at workers over HTTP, by what the queue says of the job then. */
export class AttemptEnds {
  readonly #queue: Pick<Queue, 'get'>;
  readonly #emit: Emit;

  constructor(queue: Pick<Queue, 'get'>, emit: Emit) {
    this.#queue = queue;
    this.#emit = emit;
  }

  /** The queue has been told of this ending, or has made it. */
  async report(jobId: string, attempt: number, { outcome, errorType, message }: AttemptEnding): Promise<void> {
    const job = await this.#queue.get(jobId);
    if (job === undefined) return;
    const isOver = isFinal(job.status);
    this.#emit({
      type: 'attempt-ended',
      jobId,
      attempt,
      outcome,
      serviceMs: job.executionTime ?? 0,
      retried: !isOver,
      ...(errorType !== undefined && { errorType }),
      ...(message !== undefined && { message }),
    });
    const isLost = errorType === 'lease-lost';
    if (isLost) this.#emit({ type: 'lease-lost', jobId, cause: 'expired' });
    // Of a lost attempt whose job is done by somebody else, the end of the job is told where that result came in.
    if (isOver && (!isLost || job.status === 'FAILED')) this.reportJob(job);
  }

  /** A job is over. */
  reportJob(job: JobView): void {
    const status = ends[job.status];
    if (status === undefined) return;
    const totalMs = Math.max(0, (job.endedAt ?? job.enqueuedAt) - job.enqueuedAt);
    this.#emit({ type: 'job-finished', jobId: job.id, status, totalMs });
  }
}
