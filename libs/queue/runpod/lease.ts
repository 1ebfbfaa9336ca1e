import type { Failure, Job, Lease, LeaseEnd } from '#libs/core';
import type { Updates } from './updates.ts';

/** What a lease asks of the queue that it belongs to. */
export interface LeaseHost {
  /** Attempts a job may have here. */
  readonly attempts: number;
  /** Resolves when the result is durable (H6). */
  succeed(lease: RunpodLease, output: unknown, traceparent: string | undefined): Promise<void>;
  fail(lease: RunpodLease, failure: Failure, traceparent: string | undefined): Promise<void>;
  /** Not counted: first in the local line, or unlisted where no more jobs are begun. */
  giveBack(lease: RunpodLease): void;
  /** Pings list it no longer: the platform sends it again, to whomever. */
  letGo(lease: RunpodLease): void;
}

/**
 * A job that the platform handed over. It is renewed by being listed in pings (H11). The first ending counts; later ones and
 * those after a stop change nothing.
 */
export class RunpodLease implements Lease {
  readonly job: Job;
  readonly updates: Updates;
  /** When the worker got it, monotonic ms; not yet: it waits in the local line. */
  startedAt: number | undefined;
  readonly #host: LeaseHost;
  readonly #cancelled = new AbortController();
  #over = false;
  #ending: Promise<void> = Promise.resolve();

  constructor(host: LeaseHost, job: Job, updates: Updates) {
    this.#host = host;
    this.job = job;
    this.updates = updates;
  }

  get cancelled(): AbortSignal {
    return this.#cancelled.signal;
  }

  get over(): boolean {
    return this.#over;
  }

  /** The platform or the queue ended it; nothing is sent of it any more (H12). */
  stop(how: LeaseEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.updates.stop();
    this.#cancelled.abort(how);
  }

  /** Delivery goes on by itself, and the slot is free meanwhile. */
  succeed(output: unknown, traceparent?: string): Promise<void> {
    return this.#end(() => this.#host.succeed(this, output, traceparent));
  }

  /**
   * What another attempt may cure is not told: the protocol has no way to give a job back. It is unlisted, and the platform
   * sends it again, as an attempt of its own counting; the last attempt tells its cause.
   */
  fail(failure: Failure, traceparent?: string): Promise<void> {
    return this.#end(async () => {
      const lastOne = this.job.attempt >= this.#host.attempts;
      if (failure.retry && !lastOne) return this.#letGo();
      await this.#host.fail(this, failure, traceparent);
    });
  }

  giveBack(): Promise<void> {
    return this.#end(async () => {
      this.updates.stop();
      this.#host.giveBack(this);
    });
  }

  async progress(data: unknown): Promise<void> {
    if (!this.#over) await this.updates.progress(data);
  }

  /** Resolves when there is room for it on the way; it may not have arrived yet. */
  async chunk(data: unknown): Promise<void> {
    if (!this.#over) await this.updates.chunk(data);
  }

  #letGo(): void {
    this.updates.stop();
    this.#host.letGo(this);
  }

  #end(ending: () => Promise<void>): Promise<void> {
    if (this.#over) return this.#ending;
    this.#over = true;
    this.#ending = ending();
    return this.#ending;
  }
}
