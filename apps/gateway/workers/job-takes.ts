import type { Lease } from '#libs/core';
import type { Emit } from '#libs/observability';
import type { Queue } from '#libs/queue';
import { workerJob, type WorkerJob } from '#libs/runpod';
import type { FastifyReply } from 'fastify';
import { Hold, clientGone } from '../hold.ts';
import type { ForeignAttempts } from './foreign-attempts.ts';
import type { KnownWorker } from './known-worker.ts';
import type { Roster } from './roster.ts';

export interface JobTakesOptions {
  readonly queue: Queue;
  readonly roster: Roster;
  readonly attempts: ForeignAttempts;
  readonly emit: Emit;
  readonly shutdown: AbortSignal;
  /** ms since 1970 */
  readonly now: () => number;
  /** How long an empty take is held, ms. */
  readonly hold: number;
  /** ms */
  readonly leaseMs: number;
}

/** Gives jobs to workers that ask, each only to a connection that is open until the answer is out. */
export class JobTakes {
  readonly #options: JobTakesOptions;

  constructor(options: JobTakesOptions) {
    this.#options = options;
  }

  /** At least one job, at most `count`; none when nothing came in time or the worker has left. */
  async take(workerId: string, count: number, reply: FastifyReply): Promise<readonly WorkerJob[]> {
    const { queue, roster, attempts, shutdown, hold: holdMs, leaseMs } = this.#options;
    const gone = clientGone(reply);
    const worker = roster.waits(workerId);
    const hold = new Hold(holdMs, gone, shutdown);
    try {
      const leases = await this.#timed(() => queue.take(count, hold.signal, { worker: workerId, leaseMs }));
      for (const lease of leases) attempts.handOver(worker, lease);
      if (gone.aborted) await this.#takeBack(worker, leases);
      else if (leases.length > 0) this.#takeBackUnlessWritten(worker, leases, reply);
      return leases.map(({ job }) => workerJob(job));
    } finally {
      hold.close();
      roster.answered(worker);
    }
  }

  async #timed(take: () => Promise<readonly Lease[]>): Promise<readonly Lease[]> {
    const start = performance.now();
    const told = (result: 'ok' | 'empty' | 'error', count = 0): void => {
      const durationMs = performance.now() - start;
      this.#options.emit({ type: 'queue-operation', operation: 'take', result, durationMs, count });
    };
    try {
      const leases = await take();
      told(leases.length > 0 ? 'ok' : 'empty', leases.length);
      return leases;
    } catch (error) {
      told('error');
      throw error;
    }
  }

  #takeBackUnlessWritten(worker: KnownWorker, leases: readonly Lease[], reply: FastifyReply): void {
    let isWritten = false;
    reply.raw.once('finish', () => {
      // Node also calls an answer finished whose connection was destroyed under it.
      isWritten = !reply.request.socket.destroyed && reply.raw.statusCode === 200;
      if (isWritten) this.#reportStarts(leases);
    });
    reply.raw.once('close', () => {
      if (!isWritten) void this.#takeBack(worker, leases);
    });
  }

  /** As if they had never been given; what the queue cannot take back now, it does when the lease is over. */
  async #takeBack(worker: KnownWorker, leases: readonly Lease[]): Promise<void> {
    const start = performance.now();
    for (const { job } of leases) this.#options.attempts.forget(worker, job.id);
    const back = await Promise.allSettled(leases.map((lease) => lease.giveBack()));
    this.#options.roster.report(worker);
    const durationMs = performance.now() - start;
    for (const { status } of back) {
      const result = status === 'fulfilled' ? 'ok' : 'error';
      this.#options.emit({ type: 'queue-operation', operation: 'give-back', result, durationMs });
    }
  }

  #reportStarts(leases: readonly Lease[]): void {
    for (const { job } of leases) {
      const queueWaitMs = this.#options.now() - job.enqueuedAt;
      this.#options.emit({ type: 'attempt-started', jobId: job.id, attempt: job.attempt, queueWaitMs });
    }
  }
}
