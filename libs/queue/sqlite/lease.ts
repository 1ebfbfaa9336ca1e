import type { Failure, Job, Lease, LeaseEnd, LeaseTerms } from '#libs/core';
import { storeChunk } from './chunks.ts';
import type { Context } from './context.ts';
import { fail, giveBack, storeProgress, succeed } from './settle.ts';

/** What ending an attempt needs to know of its row without reading it. */
export interface LeaseFacts {
  readonly seq: number;
  readonly retention: number;
  readonly webhook: boolean;
  readonly startedAt: number;
  /** Of a worker that is not this process. */
  readonly terms: LeaseTerms | undefined;
}

/**
 * The right to one attempt. The process that owns the file renews all its leases by one row (see `renewal.ts`), so a
 * lease ends only by its ending, by a cancel, by the ttl, or with the process; one with terms also by them (`foreign-leases.ts`).
 */
export class SqliteLease implements Lease {
  readonly job: Job;
  readonly seq: number;
  readonly facts: LeaseFacts;
  /** Wall clock, ms: when it was last heard of, where it has terms. */
  renewedAt: number;
  readonly #context: Context;
  #abort: AbortController | undefined;
  #ended: LeaseEnd | 'settled' | undefined;
  #progress: string | undefined;
  #storingProgress: Promise<void> | undefined;

  constructor(context: Context, facts: LeaseFacts, job: Job) {
    this.#context = context;
    this.facts = facts;
    this.seq = facts.seq;
    this.job = job;
    this.renewedAt = facts.startedAt;
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

  /** After the commit that took the lease away. */
  end(how: LeaseEnd | 'settled'): void {
    if (this.#ended !== undefined) return;
    this.#ended = how;
    if (this.#context.leases.get(this.seq) === this) this.#context.leases.delete(this.seq);
    if (how !== 'settled') this.#abort?.abort(how);
  }

  async succeed(output: unknown, traceparent?: string): Promise<void> {
    const text = output === undefined ? undefined : JSON.stringify(output);
    const success = { output: text ?? null, ...(traceparent !== undefined && { traceparent }) };
    await this.#context.group.run(() => succeed(this.#context, this, success));
  }

  async fail(failure: Failure, traceparent?: string): Promise<void> {
    const output = failure.output === undefined ? null : JSON.stringify(failure.output);
    await this.#context.group.run(() => fail(this.#context, this, { ...failure, output }, traceparent));
  }

  async giveBack(): Promise<void> {
    await this.#context.group.run(() => giveBack(this.#context, this));
  }

  async chunk(data: unknown): Promise<void> {
    const text = JSON.stringify(data ?? null);
    await this.#context.group.run(() => storeChunk(this.#context, this, text));
  }

  /** Updates that come while one is being stored are one write: the latest. */
  progress(data: unknown): Promise<void> {
    this.#progress = JSON.stringify(data ?? null);
    this.#storingProgress ??= this.#storeProgress();
    return this.#storingProgress;
  }

  async #storeProgress(): Promise<void> {
    try {
      await this.#context.group.run(() => storeProgress(this.#context, this, this.#progress ?? null));
    } catch {
      // By contract progress never fails an attempt; the ending will meet the same trouble and say so.
    } finally {
      this.#storingProgress = undefined;
    }
  }
}
