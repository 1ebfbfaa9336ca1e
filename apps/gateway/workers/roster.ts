import type { Emit } from '#libs/observability';
import type { Fleet } from '#libs/queue';
import { KnownWorker } from './known-worker.ts';
import type { WorkerTimes } from './times.ts';

export interface RosterOptions {
  readonly fleet: Fleet;
  readonly emit: Emit;
  /** ms since 1970 */
  readonly now: () => number;
  readonly times: WorkerTimes;
  /** How long a call may wait for its answer, ms. */
  readonly hold: number;
}

/** More than any endpoint has; names that are made up must not fill the memory. */
const mostWorkers = 10_000;

/** The workers that have called this gateway of late. Each call is a sign of life, and is told to the fleet. */
export class Roster {
  readonly #options: RosterOptions;
  readonly #workers = new Map<string, KnownWorker>();
  readonly #reported = new WeakMap<KnownWorker, { readonly text: string; readonly at: number }>();

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  /** A call of this worker, any but a ping. */
  called(id: string): KnownWorker {
    const worker = this.#seen(id);
    worker.calledAt = worker.seenAt;
    this.report(worker);
    return worker;
  }

  /** A call that waits for its answer: until `answered` that is no silence. It asks for jobs, so it is well. */
  waits(id: string): KnownWorker {
    const worker = this.#seen(id);
    worker.waiting += 1;
    worker.unhealthy = undefined;
    return this.called(id);
  }

  answered(worker: KnownWorker): void {
    worker.waiting -= 1;
    worker.seenAt = this.#options.now();
    this.report(worker);
  }

  /** Reported by whoever goes through what the ping says. */
  pinged(id: string, said: { readonly version?: string; readonly unhealthy?: string }): KnownWorker {
    const worker = this.#seen(id);
    worker.pings = 'here';
    worker.pingedAt = worker.seenAt;
    worker.version = said.version ?? worker.version;
    worker.unhealthy = said.unhealthy;
    return worker;
  }

  all(): readonly KnownWorker[] {
    return [...this.#workers.values()];
  }

  /** Those that are silent and have nothing left that they could be asked for. */
  forgetGone(): void {
    for (const worker of this.#workers.values()) {
      const isSilent = worker.waiting === 0 && this.#options.now() - worker.seenAt > this.#options.times.silence;
      if (!isSilent || worker.attempts.size > 0) continue;
      this.#workers.delete(worker.id);
      this.#tell(
        'worker-gone',
        worker.id,
        `worker ${worker.id} is gone: it has been silent for ${this.#options.times.silence} ms`,
      );
    }
  }

  report(worker: KnownWorker): void {
    const { fleet, emit, now, times, hold } = this.#options;
    const report = worker.report();
    const lasts = times.silence + (worker.waiting > 0 ? hold : 0);
    const text = JSON.stringify([report, lasts]);
    const last = this.#reported.get(worker);
    // A stream of chunks is many calls; the same is said once a second.
    if (last?.text === text && now() - last.at < times.silence / 35) return;
    this.#reported.set(worker, { text, at: now() });
    fleet.report(report, lasts).catch((error: unknown) => {
      const fields = { worker: worker.id, message: String(error) };
      emit({ type: 'notice', level: 'warn', event: 'worker-not-reported', fields });
    });
  }

  #seen(id: string): KnownWorker {
    const worker = this.#workers.get(id) ?? this.#join(id);
    worker.seenAt = this.#options.now();
    // Moved to the end: the first is the one that has been silent longest.
    this.#workers.delete(id);
    this.#workers.set(id, worker);
    if (this.#workers.size > mostWorkers) this.#dropOne();
    return worker;
  }

  #join(id: string): KnownWorker {
    const { now, times } = this.#options;
    this.#tell('worker-joined', id, `worker ${id} calls`);
    return new KnownWorker(id, { now, repeatMs: times.stopRepeat });
  }

  #tell(event: 'worker-joined' | 'worker-gone', worker: string, message: string): void {
    this.#options.emit({ type: 'notice', level: 'info', event, fields: { worker, message } });
  }

  #dropOne(): void {
    for (const worker of this.#workers.values()) {
      if (worker.attempts.size > 0 || worker.waiting > 0) continue;
      this.#workers.delete(worker.id);
      return;
    }
  }
}
