import { Job as BullJob } from 'bullmq';
import type { FlyballError, Lease, LeaseTerms } from '#libs/core';
import { leaseMs, type Context, type Result } from './context.ts';
import type { Payload } from './payload.ts';
import { closedError, unavailable } from './redis-errors.ts';
import { startAttempt } from './start-attempt.ts';
import { tokenOf } from './token.ts';

interface Taker {
  readonly count: number;
  readonly terms: LeaseTerms | undefined;
  readonly signal: AbortSignal;
  readonly got: Lease[];
  readonly resolve: (leases: readonly Lease[]) => void;
  readonly reject: (error: FlyballError) => void;
  readonly abort: () => void;
}

type Claimed = BullJob<Payload, Result>;
/** What BullMQ answers beside an ending: the next job as stored, and its id. */
export type Next = readonly [data: Parameters<typeof BullJob.fromJSON>[1] | undefined, id?: string] | undefined;

/** Claims under way at once: their answers come in one burst, which the event loop has to swallow. */
const mostInFlight = 32;
/** A job that came for somebody who has left waits this long for the next one. */
const spareMs = 1000;

/**
 * Who waits for jobs, first come first served. While there are jobs, each is claimed without waiting, or comes along with the
 * end of another; when there are none, one claim waits in Redis for all.
 */
export class Claims {
  readonly #context: () => Context;
  readonly #spare = new Set<{ readonly lease: Lease; readonly timer: NodeJS.Timeout }>();
  readonly #run: string;
  #waiting: Taker[] = [];
  /** Jobs that are on their way for takers of ours. */
  #inFlight = 0;
  /** Those of them that are claims of their own. */
  #claiming = 0;
  #blocked = false;
  /** The last answer was that there is none. */
  #empty = false;
  /** Claims that may be under way: one after a silence, twice as many with each that brings a job. */
  #width = 1;
  #pumping = false;
  #tokens = 0;
  #closed = false;

  /** @param run distinguishes the leases of this process from those of one before it */
  constructor(context: () => Context, run: string) {
    this.#context = context;
    this.#run = run;
  }

  take(count: number, signal: AbortSignal, terms?: LeaseTerms): Promise<readonly Lease[]> {
    if (this.#closed) return Promise.reject(closedError(this.#context().url));
    if (signal.aborted || count < 1) return Promise.resolve([]);
    if (terms === undefined && this.#spare.size > 0) return Promise.resolve(this.#takeSpare(count));
    return new Promise((resolve, reject) => {
      const abort = (): void => this.#leave(taker);
      const taker: Taker = { count: Math.floor(count), terms, signal, got: [], abort, resolve, reject };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(taker);
      this.#pump();
    });
  }

  /** A place for the job that an ending of our own may bring along, by the same token; undefined where nobody waits for one. */
  reserve(token: string): Reservation | undefined {
    if (this.#closed || this.#missing() < 1 || this.#waiting[0]?.terms !== undefined) return undefined;
    this.#inFlight += 1;
    return { arrived: (next) => void this.#arrived(next, token) };
  }

  async #arrived(next: Next, token: string): Promise<void> {
    try {
      const [data, id] = next ?? [];
      // Nothing, 0 or null where there was no job.
      if (typeof data !== 'object' || data === null || id === undefined) this.#empty ||= next !== undefined;
      else await this.#start(BullJob.fromJSON<Payload, Result>(this.#context().taker, data, id), token, undefined);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#inFlight -= 1;
      this.#pump();
    }
  }

  close(): void {
    this.#closed = true;
    for (const taker of this.#waiting) this.#leave(taker);
    for (const lease of this.#takeSpare(this.#spare.size)) lease.giveBack().catch(() => undefined);
  }

  #takeSpare(count: number): readonly Lease[] {
    const taken = [...this.#spare].slice(0, Math.floor(count));
    for (const spare of taken) {
      clearTimeout(spare.timer);
      this.#spare.delete(spare);
    }
    return taken.map(({ lease }) => lease);
  }

  /** Jobs that takers want, and that are not on their way. */
  #missing(): number {
    let wanted = -this.#inFlight;
    for (const { count, got } of this.#waiting) wanted += count - got.length;
    return wanted;
  }

  /** After whatever is under way in this turn: an ending may bring the job along. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      if (this.#closed) return;
      while (!this.#empty && this.#missing() > 0 && this.#claiming < this.#width) void this.#claim();
      if (this.#inFlight > 0) return;
      for (const taker of this.#waiting) if (taker.got.length > 0) this.#leave(taker);
      this.#empty = false;
      if (this.#missing() > 0 && !this.#blocked) void this.#waitForJob();
    });
  }

  async #claim(): Promise<void> {
    const { terms } = this.#waiting.find(({ count, got }) => got.length < count) ?? {};
    const token = this.#token(terms);
    this.#inFlight += 1;
    this.#claiming += 1;
    try {
      const job = (await this.#context().taker.getNextJob(token, { block: false })) as Claimed | undefined;
      if (job === undefined) this.#empty = true;
      else await this.#start(job, token, terms);
      this.#width = job === undefined ? 1 : Math.min(2 * this.#width, mostInFlight);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#inFlight -= 1;
      this.#claiming -= 1;
      this.#pump();
    }
  }

  /** One claim for all who wait: it ends with a job, or after a few seconds. */
  async #waitForJob(): Promise<void> {
    const [{ terms } = { terms: undefined }] = this.#waiting;
    const token = this.#token(terms);
    this.#blocked = true;
    try {
      const job = (await this.#context().taker.getNextJob(token)) as Claimed | undefined;
      if (job !== undefined) await this.#start(job, token, terms);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#blocked = false;
      this.#pump();
    }
  }

  #token(terms: LeaseTerms | undefined): string {
    const holder = terms ?? { worker: this.#context().rules.worker, leaseMs };
    return tokenOf(holder, `${this.#run}${(this.#tokens += 1)}`);
  }

  async #start(job: Claimed, token: string, terms: LeaseTerms | undefined): Promise<void> {
    const lease = await startAttempt(this.#context(), { bull: job, token, terms });
    if (lease !== undefined) this.#hand(lease, terms);
  }

  /** To the first who waits for a job of that kind; to nobody: kept for a moment, then given back. */
  #hand(lease: Lease, terms: LeaseTerms | undefined): void {
    const taker = this.#waiting.find((each) => each.terms?.worker === terms?.worker && each.got.length < each.count);
    if (taker !== undefined) {
      taker.got.push(lease);
      // A worker of ours starts what is there, and asks again; one that asked the gateway for a batch gets one.
      if (terms === undefined) setImmediate(() => this.#leave(taker));
      else if (taker.got.length === taker.count) this.#leave(taker);
      return;
    }
    const giveBack = (): void => void lease.giveBack().catch(() => undefined);
    if (terms !== undefined || this.#closed) return giveBack();
    const spare = { lease, timer: setTimeout(() => this.#spare.delete(spare) && giveBack(), spareMs) };
    this.#spare.add(spare);
  }

  /** Redis cannot be asked. */
  #fail(error: unknown): void {
    // A queue that is closed has let everybody go.
    if (this.#closed) return;
    for (const taker of this.#waiting) {
      if (taker.got.length === 0) taker.reject(unavailable(error, this.#context().url));
      this.#leave(taker);
    }
  }

  /** With what it has got. */
  #leave(taker: Taker): void {
    this.#waiting = this.#waiting.filter((each) => each !== taker);
    taker.signal.removeEventListener('abort', taker.abort);
    taker.resolve(taker.got);
  }
}

export interface Reservation {
  arrived(next: Next): void;
}
