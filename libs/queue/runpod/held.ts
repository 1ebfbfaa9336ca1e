import type { LeaseEnd } from '#libs/core';
import type { RunpodLease } from './lease.ts';

/** Retried jobs whose attempts are remembered. */
const mostRemembered = 10_000;

/** Which jobs this worker has from the platform's view: the list of its pings, but for results on their way. */
export class Held {
  readonly #leases = new Map<string, RunpodLease>();
  readonly #attempts = new Map<string, number>();

  get size(): number {
    return this.#leases.size;
  }

  has(jobId: string): boolean {
    return this.#leases.has(jobId);
  }

  get(jobId: string): RunpodLease | undefined {
    return this.#leases.get(jobId);
  }

  /** Those that run first, then those that wait. */
  ids(): readonly string[] {
    const leases = [...this.#leases.values()].toSorted(
      (a, b) => Number(a.startedAt === undefined) - Number(b.startedAt === undefined),
    );
    return leases.map(({ job }) => job.id);
  }

  /** How long each that a worker has has been there, ms. */
  ages(now: number): readonly number[] {
    return [...this.#leases.values()].flatMap(({ startedAt }) => (startedAt === undefined ? [] : [now - startedAt]));
  }

  add(lease: RunpodLease): void {
    this.#leases.set(lease.job.id, lease);
  }

  /** Unless another lease of that job is held by now. */
  remove(lease: RunpodLease): void {
    if (this.#leases.get(lease.job.id) === lease) this.#leases.delete(lease.job.id);
  }

  /** All of them. */
  stop(how: LeaseEnd): void {
    for (const lease of this.#leases.values()) lease.stop(how);
    this.#leases.clear();
  }

  /** It is let go, to be sent again: the next attempt is counted on, where the platform does not count. */
  remember({ job }: RunpodLease): void {
    this.#attempts.delete(job.id);
    this.#attempts.set(job.id, job.attempt);
    const [oldest] = this.#attempts.keys();
    if (this.#attempts.size > mostRemembered && oldest !== undefined) this.#attempts.delete(oldest);
  }

  attemptsBefore(jobId: string): number {
    return this.#attempts.get(jobId) ?? 0;
  }
}
