import type { Emit } from '#libs/observability';
import type { Queue } from '#libs/queue';
import type { WorkerPing } from '#libs/runpod';
import type { ForeignAttempts } from './foreign-attempts.ts';
import type { KnownWorker } from './known-worker.ts';
import type { Roster } from './roster.ts';

export interface PingsOptions {
  readonly queue: Queue;
  readonly roster: Roster;
  readonly attempts: ForeignAttempts;
  readonly emit: Emit;
  /** ms since 1970 */
  readonly now: () => number;
  /** A job younger than this is not missed, ms. */
  readonly settling: number;
}

/** Pings in a row, after which a job that they do not name is lost: it was never run, or its result is. */
const mostMissed = 2;

/** Keeps the leases of the jobs that a worker names in its pings; what it does not name is lost, what is not its own is stopped. */
export class Pings {
  readonly #options: PingsOptions;

  constructor(options: PingsOptions) {
    this.#options = options;
  }

  async ping(workerId: string, said: WorkerPing): Promise<void> {
    const worker = this.#options.roster.pinged(workerId, said);
    if (said.unhealthy === undefined) {
      await this.#named(worker, said);
      await this.#missed(worker, said);
    } else {
      await this.#unhealthy(worker, said.unhealthy);
    }
    this.#options.roster.report(worker);
  }

  async #named(worker: KnownWorker, { jobs, complete }: WorkerPing): Promise<void> {
    const { queue, attempts } = this.#options;
    // Of a list that was cut, the rest may be any of them.
    const kept = complete ? jobs : [...new Set([...jobs, ...worker.attempts.keys()])];
    const strangers = new Set(await queue.renew(worker.id, kept));
    for (const id of kept) {
      const attempt = worker.attempts.get(id);
      if (attempt !== undefined) attempt.missed = 0;
      if (strangers.has(id)) attempts.forget(worker, id);
    }
    for (const id of jobs) if (strangers.has(id)) worker.stops.add(id);
    for (const id of worker.stops.named(new Set(jobs))) this.#ignored(worker, id);
    const unknown = kept.filter((id) => !strangers.has(id) && !worker.attempts.has(id));
    await Promise.all(unknown.map((id) => attempts.adopt(worker, id)));
  }

  async #missed(worker: KnownWorker, { jobs, complete }: WorkerPing): Promise<void> {
    if (!complete) return;
    const named = new Set(jobs);
    for (const [id, attempt] of worker.attempts) {
      if (named.has(id)) continue;
      attempt.missed += 1;
      const age = this.#options.now() - attempt.knownSince;
      if (attempt.missed < mostMissed || age < this.#options.settling) continue;
      await this.#options.attempts.lost(worker, id, 'no longer named the job in its pings');
    }
  }

  async #unhealthy(worker: KnownWorker, reason: string): Promise<void> {
    const message = `worker ${worker.id} says it is unhealthy: ${reason}`;
    this.#warn('worker-unhealthy', { worker: worker.id, reason, message });
    for (const id of worker.attempts.keys()) {
      await this.#options.attempts.lost(worker, id, `said that it is unhealthy (${reason})`);
    }
  }

  #ignored(worker: KnownWorker, jobId: string): void {
    const message = `worker ${worker.id} still names ${jobId}, which it was told to stop: a slot of it may be lost; restart it`;
    this.#warn('stop-ignored', { worker: worker.id, jobId, message });
  }

  #warn(event: 'worker-unhealthy' | 'stop-ignored', fields: Readonly<Record<string, unknown>>): void {
    this.#options.emit({ type: 'notice', level: 'warn', event, fields });
  }
}
