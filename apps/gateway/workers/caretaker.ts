import type { Emit } from '#libs/observability';
import type { Fleet, Queue } from '#libs/queue';
import type { ForeignAttempts } from './foreign-attempts.ts';
import type { KnownWorker } from './known-worker.ts';
import type { Roster } from './roster.ts';

export interface CaretakerOptions {
  readonly queue: Queue;
  readonly fleet: Fleet;
  readonly roster: Roster;
  readonly attempts: ForeignAttempts;
  readonly emit: Emit;
  /** ms since 1970 */
  readonly now: () => number;
  /** ms */
  readonly silence: number;
}

/**
 * Looks after workers that no ping speaks for. A worker that has never pinged, here or at another gateway, cannot be told
 * from one that is busy: its leases are kept for it until the execution timeout of each job. One whose pings have ceased
 * keeps its leases for as long as it calls.
 */
export class Caretaker {
  readonly #options: CaretakerOptions;
  readonly #timer: NodeJS.Timeout;

  constructor(options: CaretakerOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), options.silence / 7).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    const { roster, attempts } = this.#options;
    for (const worker of roster.all()) for (const id of worker.attempts.keys()) attempts.forget(worker, id);
  }

  async #look(): Promise<void> {
    const { roster, emit } = this.#options;
    try {
      const workers = roster.all().filter(({ attempts }) => attempts.size > 0);
      await this.#learnWhoPings(workers);
      for (const worker of workers) if (this.#needsUs(worker)) await this.#keep(worker);
      roster.forgetGone();
    } catch (error) {
      // The next look comes before the leases end.
      const fields = { message: String(error) };
      emit({ type: 'notice', level: 'warn', event: 'leases-not-kept', fields });
    }
  }

  /** Only pings tell a version. */
  async #learnWhoPings(workers: readonly KnownWorker[]): Promise<void> {
    const silent = workers.filter(({ pings }) => pings === 'never');
    if (silent.length === 0) return;
    const pinging = (await this.#options.fleet.workers()).filter(({ version }) => version !== undefined);
    const versions = new Map(pinging.map(({ id, version }) => [id, version]));
    for (const worker of silent) {
      if (!versions.has(worker.id)) continue;
      worker.pings = 'elsewhere';
      worker.version = versions.get(worker.id);
    }
  }

  #needsUs(worker: KnownWorker): boolean {
    const { now, silence } = this.#options;
    if (worker.pings !== 'here') return worker.pings === 'never';
    return now() - worker.pingedAt > silence / 2 && now() - worker.calledAt < silence / 7;
  }

  async #keep(worker: KnownWorker): Promise<void> {
    const ids = [...worker.attempts].filter(([, { missed }]) => missed === 0).map(([id]) => id);
    const strangers = await this.#options.queue.renew(worker.id, ids);
    for (const id of strangers) this.#options.attempts.forget(worker, id);
  }
}
