import type { Emit } from '#libs/observability';
import type { JobView, Queue } from '#libs/queue';
import { isFinal, parseTtl, type Clamp } from '#libs/runpod';
import { Hold } from './hold.ts';
import { unknownJob } from './refusal.ts';

export interface JobWaitOptions {
  readonly queue: Queue;
  readonly emit: Emit;
  readonly shutdown: AbortSignal;
}

/** Looks at jobs on behalf of clients, now or until their end. */
export class JobWait {
  readonly #options: JobWaitOptions;

  constructor(options: JobWaitOptions) {
    this.#options = options;
  }

  /** @throws {Refusal} 404 for a job that is unknown or expired */
  async now(id: string): Promise<JobView> {
    const job = await this.#options.queue.get(id);
    if (job === undefined || job.expired) throw unknownJob();
    return job;
  }

  /**
   * Sets the job's life from its submission, where `?ttl=` asks for it.
   * @throws {BadRequest} when that is no number
   */
  async setTtl(id: string, query: unknown): Promise<void> {
    const clamps: Clamp[] = [];
    const ttl = parseTtl(query, clamps);
    if (ttl === undefined) return;
    await this.#options.queue.setTtl?.(id, ttl);
    for (const clamp of clamps) {
      this.#options.emit({ type: 'notice', level: 'warn', event: 'policy-clamped', fields: { jobId: id, ...clamp } });
    }
  }

  /**
   * The job at its end, or as it is after `ms`, or when the client left. The job goes on either way.
   * @throws {Refusal} 404 for a job that is unknown or expired
   */
  async end(id: string, ms: number, gone: AbortSignal): Promise<JobView> {
    const hold = new Hold(ms, gone, this.#options.shutdown);
    try {
      for (;;) {
        // Asked before the look, so that no change falls between the two.
        const change = this.#options.queue.changed(id, hold.signal);
        const job = await this.now(id);
        if (isFinal(job.status) || hold.signal.aborted) return job;
        await change;
      }
    } finally {
      hold.close();
    }
  }
}
