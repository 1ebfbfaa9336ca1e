import type { RunpodLease } from './lease.ts';

interface Taker {
  readonly count: number;
  readonly give: (leases: readonly RunpodLease[]) => void;
}

/**
 * Jobs that are here and have no slot yet, and takers that have a slot and no job: never both. What the platform handed over
 * beyond what fits waits here and starts first (H3).
 */
export class Line {
  readonly #now: () => number;
  #jobs: RunpodLease[] = [];
  readonly #takers: Taker[] = [];

  /** @param now monotonic ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Jobs that takers wait for. */
  get wanted(): number {
    return this.#takers.reduce((sum, { count }) => sum + count, 0);
  }

  /** Jobs that wait. */
  get length(): number {
    return this.#jobs.length;
  }

  join(leases: readonly RunpodLease[]): void {
    this.#jobs.push(...leases);
    this.#serve();
  }

  joinFirst(lease: RunpodLease): void {
    this.#jobs.unshift(lease);
    this.#serve();
  }

  /** It was stopped while it waited. */
  remove(lease: RunpodLease): void {
    this.#jobs = this.#jobs.filter((other) => other !== lease);
  }

  /** Resolves with at least one, or with none when aborted. */
  take(count: number, signal: AbortSignal): Promise<readonly RunpodLease[]> {
    if (signal.aborted || count < 1) return Promise.resolve([]);
    if (this.#jobs.length > 0) return Promise.resolve(this.#shift(count));
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#takers.splice(this.#takers.indexOf(taker), 1);
        resolve([]);
      };
      const taker: Taker = {
        count,
        give: (leases) => {
          signal.removeEventListener('abort', leave);
          resolve(leases);
        },
      };
      this.#takers.push(taker);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Answers with the jobs that wait. */
  clear(): readonly RunpodLease[] {
    return this.#jobs.splice(0);
  }

  /** Sends all takers away. */
  dismiss(): void {
    for (const taker of this.#takers.splice(0)) taker.give([]);
  }

  #serve(): void {
    while (this.#jobs.length > 0) {
      const taker = this.#takers.shift();
      if (taker === undefined) return;
      taker.give(this.#shift(taker.count));
    }
  }

  #shift(count: number): readonly RunpodLease[] {
    const leases = this.#jobs.splice(0, count);
    const now = this.#now();
    for (const lease of leases) lease.startedAt = now;
    return leases;
  }
}
