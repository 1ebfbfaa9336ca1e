import type { Failure, Job, LeaseEnd } from '#libs/core';
import type { Outbox } from '../outbox/outbox.ts';
import { pause } from '../outbox/pause.ts';
import { demandOf } from './demand.ts';
import { Held } from './held.ts';
import type { Lanes } from './lanes.ts';
import { RunpodLease, type LeaseHost } from './lease.ts';
import { Line } from './line.ts';
import type { Report } from './notices.ts';
import type { ToldFailure } from './result-body.ts';
import type { Finished, Results } from './results.ts';
import type { RoundTrip } from './round-trip.ts';
import { ServiceTimes } from './service-times.ts';
import type { Demand } from './takes.ts';
import { Updates } from './updates.ts';
import type { RunpodSettings } from './variables.ts';
import type { Wire } from './wire.ts';
import { isCounted, readJob } from './wire-job.ts';

export interface LeasesOptions {
  readonly settings: RunpodSettings;
  readonly wire: Wire;
  readonly lanes: Lanes;
  readonly outbox: Outbox;
  readonly results: Results;
  readonly roundTrip: RoundTrip;
  /** Attempts a job may have here. */
  readonly attempts: number;
  /** Jobs expected to end within one round trip; absent: worked out here. */
  readonly freeSoon: (() => number) | undefined;
  readonly wall: () => number;
  readonly random: () => number;
  readonly report: Report;
}

/** Between two looks whether a result has been taken, ms. */
const takenMs = 5;

/** From the answer of a take to the outbox: what is held, where it waits, and how it ends. */
export class Leases implements LeaseHost {
  readonly attempts: number;
  readonly line = new Line(() => performance.now());
  /** Demand may have grown. */
  onChange: () => void = () => undefined;
  readonly #options: LeasesOptions;
  readonly #held = new Held();
  readonly #times = new ServiceTimes();
  /** Attempts of which a gateway was told that another may succeed, by job, while that is on its way. */
  readonly #retried = new Map<string, number>();
  /** For jobs of a gateway that counts attempts itself: it is told of each failure, and decides. */
  readonly #counted: LeaseHost = {
    attempts: 0,
    succeed: (lease, output, traceparent) => this.succeed(lease, output, traceparent),
    fail: (lease, failure, traceparent) => this.#tell(lease, failure, traceparent),
    giveBack: (lease) => this.#giveBack(lease, this.#counted),
    letGo: (lease) => this.letGo(lease),
  };
  #draining = false;

  constructor(options: LeasesOptions) {
    this.#options = options;
    this.attempts = options.attempts;
  }

  /** Jobs held, without those of which only the result is left. */
  get size(): number {
    return this.#held.size;
  }

  /** All that pings list (H11): running, waiting, delivering. */
  ids(): readonly string[] {
    return [...this.#held.ids(), ...this.#options.outbox.ids];
  }

  /** What is worth asking for (H3). */
  demand(): Demand {
    const { outbox, roundTrip, freeSoon } = this.#options;
    // Each job is a result that will want room.
    if (outbox.full) return { now: 0, soon: 0, lookAgainMs: Infinity };
    return demandOf({
      wanted: this.line.wanted,
      waiting: this.line.length,
      ages: this.#held.ages(performance.now()),
      freeSoon: freeSoon?.(),
      roundTrip,
      times: this.#times,
    });
  }

  /** What a take brought; answers with how many are jobs that are new here (H5). */
  arrived(items: readonly unknown[]): number {
    const { wall, report, outbox } = this.#options;
    const attemptsBefore = (id: string): number => this.#held.attemptsBefore(id);
    const fresh: RunpodLease[] = [];
    const early: RunpodLease[] = [];
    for (const item of items) {
      const job = readJob(item, { at: wall(), attemptsBefore });
      const host = isCounted(item) ? this.#counted : this;
      if (job === undefined) report('job-dropped', { id: idText(item) });
      else if (this.#held.has(job.id)) report('job-duplicate', { jobId: job.id });
      else if (!outbox.has(job.id)) fresh.push(this.#hold(job, host));
      else if (job.attempt > (this.#retried.get(job.id) ?? Infinity)) early.push(this.#hold(job, host));
      else report('job-duplicate', { jobId: job.id });
    }
    this.line.join(fresh);
    for (const lease of early) void this.#joinOnceTaken(lease);
    return fresh.length + early.length;
  }

  /**
   * The platform ended it: whoever runs it stops, nothing is sent (H12). A job past its ttl has expired: the stop channel
   * gives no reasons. Answers whether it was held.
   */
  end(jobId: string, how: LeaseEnd): boolean {
    const lease = this.#held.get(jobId);
    if (lease === undefined) return false;
    this.line.remove(lease);
    this.#held.remove(lease);
    lease.stop(how === 'cancelled' && this.#isExpired(lease.job) ? 'expired' : how);
    this.onChange();
    return true;
  }

  /** From now on what has not begun, and what comes back, is unlisted (H13). */
  drain(): void {
    this.#draining = true;
    for (const lease of this.line.clear()) {
      lease.stop('lost');
      this.#unlist(lease, 'drain');
    }
  }

  /** All that are left are unlisted and stopped. */
  close(): void {
    this.#held.stop('lost');
    this.line.dismiss();
  }

  succeed(lease: RunpodLease, output: unknown, traceparent: string | undefined): Promise<void> {
    const { outbox, results } = this.#options;
    const kept = results.succeed(outbox, finishedOf(lease, traceparent), output);
    this.#finished(lease);
    return kept;
  }

  fail(lease: RunpodLease, failure: Failure, traceparent: string | undefined): Promise<void> {
    const { outbox, results } = this.#options;
    const kept = results.fail(outbox, finishedOf(lease, traceparent), failure);
    this.#finished(lease);
    return kept;
  }

  giveBack(lease: RunpodLease): void {
    this.#giveBack(lease, this);
  }

  letGo(lease: RunpodLease): void {
    this.#held.remember(lease);
    this.#unlist(lease, 'retry');
    this.onChange();
  }

  #giveBack(lease: RunpodLease, host: LeaseHost): void {
    if (this.#draining) return this.#unlist(lease, 'drain');
    this.line.joinFirst(this.#hold(lease.job, host));
    this.onChange();
  }

  /** How the attempt ended, too; the gateway may hand the job out again before its answer to that is here. */
  #tell(lease: RunpodLease, failure: Failure, traceparent: string | undefined): Promise<void> {
    const { id, attempt } = lease.job;
    for (const other of this.#retried.keys()) if (!this.#options.outbox.has(other)) this.#retried.delete(other);
    if (failure.retry) this.#retried.set(id, attempt);
    const told: ToldFailure = { ...failure, attempt };
    return this.fail(lease, told, traceparent);
  }

  /** Two results of one job cannot be on their way, so the next attempt waits until that of the last is taken. */
  async #joinOnceTaken(lease: RunpodLease): Promise<void> {
    while (this.#options.outbox.has(lease.job.id) && !lease.over) await pause(takenMs, lease.cancelled);
    if (lease.over) return;
    if (!this.#draining) return this.line.join([lease]);
    lease.stop('lost');
    this.#unlist(lease, 'drain');
  }

  #isExpired({ enqueuedAt, policy }: Job): boolean {
    return this.#options.wall() >= enqueuedAt + policy.ttl;
  }

  #hold(job: Job, host: LeaseHost): RunpodLease {
    const { settings, wire, lanes, random, report } = this.#options;
    const lost = (jobId: string): void => void this.end(jobId, 'lost');
    const updates = new Updates(job.id, { wire, lanes, routes: settings.routes, random, report, lost });
    const lease = new RunpodLease(host, job, updates);
    this.#held.add(lease);
    return lease;
  }

  /** Its result is in the outbox by now, which pings list. */
  #finished(lease: RunpodLease): void {
    if (lease.startedAt !== undefined) this.#times.add(performance.now() - lease.startedAt);
    this.#held.remove(lease);
    this.onChange();
  }

  #unlist(lease: RunpodLease, because: 'drain' | 'retry'): void {
    this.#held.remove(lease);
    this.#options.report('job-unlisted', { jobId: lease.job.id, because });
  }
}

function finishedOf({ job, updates }: RunpodLease, traceparent: string | undefined): Finished {
  return { jobId: job.id, updates, traceparent };
}

/** What stood in the place of an id, cut short. */
function idText(item: unknown): string {
  const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : undefined;
  return (JSON.stringify(id) ?? 'none').slice(0, 80);
}
