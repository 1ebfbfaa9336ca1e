import type { JobView, Queue } from '#libs/queue';
import { isFinal } from '#libs/runpod';
import { Hold } from './hold.ts';
import { unknownJob } from './refusal.ts';

/** Looks at jobs on behalf of clients, now or until their end. */
export class JobWait {
  readonly #queue: Queue;
  readonly #shutdown: AbortSignal;

  constructor(queue: Queue, shutdown: AbortSignal) {
    this.#queue = queue;
    this.#shutdown = shutdown;
  }

  /** @throws {Refusal} 404 for a job that is unknown or expired */
  async now(id: string): Promise<JobView> {
    const job = await this.#queue.get(id);
    if (job === undefined || job.expired) throw unknownJob();
    return job;
  }

  /** The job now, after its life was set to `ttl` ms from submission. */
  async nowWithTtl(id: string, ttl: number): Promise<JobView> {
    await this.#queue.setTtl?.(id, ttl);
    return await this.now(id);
  }

  /**
   * The job at its end, or as it is after `ms`, or when the client left. The job goes on either way.
   * @throws {Refusal} 404 for a job that is unknown or expired
   */
  async end(id: string, ms: number, gone: AbortSignal): Promise<JobView> {
    const hold = new Hold(ms, gone, this.#shutdown);
    try {
      for (;;) {
        // Asked before the look, so that no change falls between the two.
        const change = this.#queue.changed(id, hold.signal);
        const job = await this.now(id);
        if (isFinal(job.status) || hold.signal.aborted) return job;
        await change;
      }
    } finally {
      hold.close();
    }
  }
}
