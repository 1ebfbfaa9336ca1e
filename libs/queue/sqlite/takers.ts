import type { FlyballError, Lease, LeaseTerms } from '#libs/core';
import { changed, type Context } from './context.ts';
import { jobOf, type ClaimedRow } from './details.ts';
import { SqliteLease } from './lease.ts';
import { closedError } from './sqlite-errors.ts';
import { sweep } from './sweep.ts';

interface Taker {
  readonly count: number;
  readonly terms: LeaseTerms | undefined;
  readonly signal: AbortSignal;
  readonly resolve: (leases: readonly Lease[]) => void;
  readonly reject: (error: FlyballError) => void;
  readonly abort: () => void;
}

/** Claims in one transaction; more takers are served by the next one. */
const mostPerGroup = 256;

/** Who waits for jobs, first come first served. Nobody polls: a group commit ends by serving them. */
export class Takers {
  readonly #context: () => Context;
  #waiting: Taker[] = [];
  #closed = false;

  constructor(context: () => Context) {
    this.#context = context;
  }

  take(count: number, signal: AbortSignal, terms?: LeaseTerms): Promise<readonly Lease[]> {
    if (this.#closed) return Promise.reject(closedError(this.#context().store.path));
    if (signal.aborted || count < 1) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        for (const left of this.#leave([taker])) left.resolve([]);
      };
      const taker: Taker = { count: Math.floor(count), terms, signal, abort, resolve, reject };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(taker);
      this.#context().group.poke();
    });
  }

  /** Jobs wait, and so does someone for them. */
  wanted(): boolean {
    const { tally } = this.#context().store;
    return this.#waiting.length > 0 && tally.waiting + tally.lowPriority > 0;
  }

  /** Within a transaction: claims for as many takers as there are jobs. */
  claim(): readonly SqliteLease[] {
    const leases = claim(this.#context(), this.#places());
    // Only jobs past their ttl wait. They go now: as long as they count, this would be asked for again and again.
    if (leases.length === 0) sweep(this.#context());
    return leases;
  }

  /**
   * After the commit, in the same turn and before anything else is told: a taker that aborted in between would have been
   * promised a lease already.
   */
  deliver(leases: readonly SqliteLease[]): void {
    const { leases: held } = this.#context();
    for (const lease of leases) held.set(lease.seq, lease);
    this.#context().foreign.look();
    let given = 0;
    const served: Taker[] = [];
    for (const taker of this.#waiting) {
      if (given >= leases.length) break;
      taker.resolve(leases.slice(given, given + taker.count));
      given += taker.count;
      served.push(taker);
    }
    this.#leave(served);
  }

  /** The store cannot be written. */
  fail(error: FlyballError): void {
    for (const taker of this.#leave(this.#waiting)) taker.reject(error);
  }

  close(): void {
    this.#closed = true;
    for (const taker of this.#leave(this.#waiting)) taker.resolve([]);
  }

  /** Of the takers in their order, a place for each job they would take. */
  #places(): readonly (LeaseTerms | undefined)[] {
    const places: (LeaseTerms | undefined)[] = [];
    for (const { count, terms } of this.#waiting) {
      for (let place = 0; place < count && places.length < mostPerGroup; place += 1) places.push(terms);
    }
    return places;
  }

  #leave(takers: readonly Taker[]): readonly Taker[] {
    const leaving = new Set(takers);
    this.#waiting = this.#waiting.filter((taker) => !leaving.has(taker));
    for (const taker of takers) taker.signal.removeEventListener('abort', taker.abort);
    return takers;
  }
}

/** Starts an attempt of each of the first waiting jobs that have not outlived their ttl, as many as there are places. */
function claim(context: Context, places: readonly (LeaseTerms | undefined)[]): readonly SqliteLease[] {
  const { statements, tally } = context.store;
  const now = context.rules.now();
  const rows = statements.nextWaiting.all(now, places.length) as unknown as readonly ClaimedRow[];
  return rows.map((row, index) => {
    const terms = places[index];
    statements.claim.run(row.attempts + 1, now, terms?.worker ?? context.rules.worker, row.seq);
    if (row.priority === 1) tally.lowPriority -= 1;
    else tally.waiting -= 1;
    tally.leased += 1;
    changed(context, row.id);
    const input = row.input ?? String(statements.readPayload.get(row.seq)?.['input'] ?? 'null');
    return new SqliteLease(
      context,
      { seq: row.seq, retention: row.retention, webhook: row.webhook !== null, startedAt: now, terms },
      jobOf(row, input),
    );
  });
}
