import type { Failure, Job, Lease, LeaseEnd, LeaseTerms } from '#libs/core';
import { attemptFailed, giveBack, succeed } from './settle.ts';
import type { Context, Result } from './context.ts';
import type { Payload } from './payload.ts';
import type { Job as BullJob } from 'bullmq';
import { tellOrKeep } from './keep-result.ts';
import { unavailable } from './redis-errors.ts';

export interface LeaseFacts {
  readonly bull: BullJob<Payload, Result>;
  readonly token: string;
  readonly startedAt: number;
  /** JSON of the attempts before. */
  readonly history: string | undefined;
  /** Of a worker that is not this process; it renews its leases itself. */
  readonly terms: LeaseTerms | undefined;
}

/** The right to one attempt: a lock in Redis, which `renewal.ts` renews for all leases of this process together. */
export class RedisLease implements Lease {
  readonly job: Job;
  readonly facts: LeaseFacts;
  readonly #context: Context;
  #abort: AbortController | undefined;
  #ended: LeaseEnd | 'settled' | undefined;
  #settling: Promise<void> | undefined;
  #progress: unknown;
  #storingProgress: Promise<void> | undefined;

  constructor(context: Context, facts: LeaseFacts, job: Job) {
    this.#context = context;
    this.facts = facts;
    this.job = job;
  }

  get cancelled(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#ended !== undefined && this.#ended !== 'settled') this.#abort.abort(this.#ended);
    }
    return this.#abort.signal;
  }

  /** Its attempt is over for the queue; only a late success may still count. */
  get over(): boolean {
    return this.#ended !== undefined;
  }

  /** Redis has said that the lease is over. */
  end(how: LeaseEnd | 'settled'): void {
    if (this.#ended !== undefined) return;
    this.#ended = how;
    const { leases } = this.#context;
    if (leases.get(this.job.id) === this) leases.delete(this.job.id);
    if (how !== 'settled') this.#abort?.abort(how);
  }

  succeed(output: unknown, traceparent?: string): Promise<void> {
    const outbox = this.#context.outbox();
    const tell = (): Promise<void> => this.#settle(() => succeed(this.#context, this, output, traceparent));
    return outbox === undefined ? tell() : tellOrKeep(outbox, { id: this.job.id, output, traceparent }, tell);
  }

  fail(failure: Failure, traceparent?: string): Promise<void> {
    return this.#settle(() => attemptFailed(this.#context, this, failure, traceparent));
  }

  giveBack(): Promise<void> {
    return this.#settle(() => giveBack(this.#context, this));
  }

  chunk(data: unknown): Promise<void> {
    return this.#guarded(async () => {
      if (this.over) return;
      const { scripts, names } = this.#context;
      await scripts.chunk(names.prefix, this.job.id, this.facts.token, JSON.stringify(data ?? null));
    });
  }

  /** Updates that come while one is being stored are one write: the latest. */
  progress(data: unknown): Promise<void> {
    this.#progress = data ?? null;
    this.#storingProgress ??= this.#storeProgress();
    return this.#storingProgress;
  }

  async #storeProgress(): Promise<void> {
    // Whatever is told in the same turn is one write.
    await Promise.resolve();
    while (!this.over) {
      const data = this.#progress;
      try {
        await this.facts.bull.updateProgress({ attempt: this.job.attempt, data });
      } catch {
        // By contract progress never fails an attempt; the ending will meet the same trouble and say so.
        break;
      }
      if (data === this.#progress) break;
    }
    this.#storingProgress = undefined;
  }

  /** One ending at a time: the first wins, and what it has changed is what the next one sees. */
  #settle(run: () => Promise<void>): Promise<void> {
    const before = this.#settling;
    const settling = this.#guarded(before === undefined ? run : () => before.then(run, run));
    this.#settling = settling;
    return settling;
  }

  async #guarded(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      throw unavailable(error, this.#context.url);
    }
  }
}
