/** A job as the platform keeps it. */
export interface FakeJob {
  readonly id: string;
  /** What is handed over; usually with `id` and `input`. */
  readonly wire: unknown;
  state: 'queued' | 'taken' | 'done' | 'cancelled';
  worker: string | undefined;
  /** How often it was handed over. */
  takes: number;
  /** Pings of its worker in a row that did not list it. */
  missed: number;
  /** Bodies of results, each that came. */
  readonly results: { readonly body: unknown; readonly isStream: boolean }[];
  readonly progress: unknown[];
  readonly chunks: unknown[];
  /** What came, in order. */
  readonly events: ('progress' | 'chunk' | 'done')[];
}

/** Pings that do not list a job before it is sent again (W15). */
const missedPings = 2;

/** The jobs of the fake platform: the queue, who has what, and what came back. */
export class FakeJobs {
  readonly all = new Map<string, FakeJob>();
  /** Jobs are made when they are asked for. */
  endless = false;
  #queue: FakeJob[] = [];
  readonly #stops = new Map<string, string[]>();
  readonly #waiting = new Set<() => void>();
  #made = 0;

  /** Ids, or whole jobs as they are to be handed over. */
  add(...jobs: readonly unknown[]): void {
    for (const given of jobs) {
      const wire = typeof given === 'string' ? { id: given, input: { of: given } } : given;
      const known = typeof wire === 'object' && wire !== null && 'id' in wire && typeof wire.id === 'string';
      const job = newJob(known ? String(wire.id) : `unnamed-${this.all.size}`, wire);
      this.all.set(job.id, job);
      this.#queue.push(job);
    }
    this.changed();
  }

  job(id: string): FakeJob {
    const job = this.all.get(id);
    if (job === undefined) throw new Error(`the fake platform knows no job ${id}`);
    return job;
  }

  /** Ids in that state. */
  in(state: FakeJob['state']): readonly string[] {
    return [...this.all.values()].filter((job) => job.state === state).map(({ id }) => id);
  }

  take(worker: string, count: number): readonly FakeJob[] {
    if (this.endless) this.#make(count - this.#queue.length);
    const jobs = this.#queue.splice(0, count);
    for (const job of jobs) {
      job.state = 'taken';
      job.worker = worker;
      job.takes += 1;
      job.missed = 0;
    }
    return jobs;
  }

  /** It goes to the front of the queue. */
  requeue(job: FakeJob): void {
    job.state = 'queued';
    this.#queue.unshift(job);
    this.changed();
  }

  cancel(id: string): void {
    const job = this.job(id);
    if (job.state === 'taken' && job.worker !== undefined) {
      this.#stops.set(job.worker, [...(this.#stops.get(job.worker) ?? []), id]);
    }
    job.state = 'cancelled';
    this.#queue = this.#queue.filter((other) => other !== job);
    this.changed();
  }

  stops(worker: string): readonly string[] {
    const ids = this.#stops.get(worker) ?? [];
    this.#stops.delete(worker);
    return ids;
  }

  pinged(worker: string, listed: ReadonlySet<string>): void {
    for (const job of this.all.values()) {
      if (job.worker !== worker || job.state !== 'taken') continue;
      job.missed = listed.has(job.id) ? 0 : job.missed + 1;
      if (job.missed >= missedPings) this.requeue(job);
    }
  }

  /** The worker is gone: what it had is sent again. */
  expire(worker: string): void {
    for (const job of this.all.values()) if (job.worker === worker && job.state === 'taken') this.requeue(job);
  }

  /** Wakes whoever waits for a job or a stop. */
  changed(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves at the next change, or after `ms`. */
  change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#waiting.add(wake);
    });
  }

  #make(count: number): void {
    for (let made = 0; made < count; made += 1) {
      this.#made += 1;
      const id = `endless-${this.#made}`;
      const job = newJob(id, { id, input: {} });
      this.all.set(id, job);
      this.#queue.push(job);
    }
  }
}

function newJob(id: string, wire: unknown): FakeJob {
  const nothing = { results: [], progress: [], chunks: [], events: [] };
  return { id, wire, state: 'queued', worker: undefined, takes: 0, missed: 0, ...nothing };
}
