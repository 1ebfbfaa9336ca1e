import { FlyballError } from '#libs/core';
import { closedError, isBusy, unavailable } from './sqlite-errors.ts';
import type { Store } from './store.ts';

/** One change: `apply` runs inside a transaction, possibly more than once; the others run after it, exactly one of them. */
interface Operation {
  readonly apply: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: FlyballError) => void;
  /** Since when it waits for a lock, monotonic ms. */
  blockedSince?: number;
  /** It was in a group that failed: it gets a transaction of its own, so that it can fail no other. */
  alone?: boolean;
}

/** What a transaction did, and whom to tell. */
interface Committed {
  readonly applied: readonly Operation[];
  readonly results: readonly (() => void)[];
}

export interface GroupCommitOptions {
  /** Hands waiting jobs to waiting takers, in transactions of its own that do not wait for the disk. */
  readonly claims: Pick<Operation, 'apply' | 'resolve' | 'reject'> & { readonly wanted: () => boolean };
  readonly committed: () => void;
}

/** A group takes the event loop for about this long at most. */
const sliceMs = 4;
/** How long a change waits for a lock that another process holds. */
const patienceMs = 2000;
const firstPauseMs = 5;
const longestPauseMs = 100;

/**
 * Group commit: all changes asked for within one turn of the event loop go into one transaction, and their promises
 * settle when it has been committed and flushed to the disk. The flush runs beside the event loop; what is committed
 * meanwhile shares the next one. Alone, a change waits for nothing; under load one flush serves hundreds.
 *
 * Claims go before them and do not wait for a flush: a crash of the operating system may forget one, and then its job still
 * waits, which loses nothing. A freed slot is refilled in a tenth of the time.
 */
export class GroupCommit {
  readonly #store: Store;
  readonly #options: GroupCommitOptions;
  readonly #claims: Operation;
  #pending: Operation[] = [];
  #effects: (() => void)[] = [];
  /** Committed, and not yet on the disk for certain. */
  #unflushed: Committed[] = [];
  #flushing: Promise<void> | undefined;
  #scheduled: NodeJS.Immediate | undefined;
  #pause: NodeJS.Timeout | undefined;
  #pauseMs = firstPauseMs;
  #held = false;
  #closed = false;
  /** Claims went last: now it is the turn of the changes. */
  #claimed = false;

  constructor(store: Store, options: GroupCommitOptions) {
    this.#store = store;
    this.#options = options;
    const { apply: claim, resolve, reject } = options.claims;
    this.#claims = { apply: claim, resolve, reject };
  }

  /**
   * Runs `apply` in the next group. A FlyballError it throws before it has changed anything fails only this call; any
   * other error rolls the group back, and each of its members is tried alone.
   */
  run<Value>(apply: () => Value): Promise<Value> {
    if (this.#closed) return Promise.reject(closedError(this.#store.path));
    return new Promise((resolve, reject) => {
      this.#pending.push({ apply, resolve, reject });
      this.poke();
    });
  }

  /** Within `apply`: to be done once, after the commit. */
  after(effect: () => void): void {
    this.#effects.push(effect);
  }

  /** Looks soon whether there is something to do. */
  poke(): void {
    if (this.#held || this.#closed || this.#pause !== undefined) return;
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = undefined;
      this.#flush();
    });
  }

  /** While held, changes wait: a checkpoint is catching up with the log. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.poke();
  }

  /** Commits what has been asked for, or fails it; afterwards every call fails. */
  async close(): Promise<void> {
    clearImmediate(this.#scheduled);
    this.#endPause();
    this.#held = false;
    for (let tries = 0; this.#pending.length > 0 && tries < 1000; tries += 1) {
      this.#flush();
      if (this.#pause !== undefined) break;
    }
    this.#closed = true;
    this.#endPause();
    for (const operation of this.#pending.splice(0)) operation.reject(closedError(this.#store.path));
    await this.#flushing;
  }

  #flush(): void {
    if (this.#held) return;
    const { wanted } = this.#options.claims;
    this.#claimed = wanted() && !(this.#claimed && this.#pending.length > 0);
    if (this.#claimed) this.#commit([this.#claims], { flushed: false });
    else if (this.#pending.length > 0) this.#commitPending();
    if (this.#pending.length > 0 || wanted()) this.poke();
  }

  #commitPending(): void {
    const group = this.#pending;
    this.#pending = [];
    const left = group[0]?.alone === true ? this.#commitAlone(group) : this.#commit(group);
    if (left.length > 0) this.#pending = [...left, ...this.#pending];
  }

  /** Answers with what is left to do. */
  #commit(group: readonly Operation[], { flushed } = { flushed: true }): readonly Operation[] {
    const started = performance.now();
    const applied: Operation[] = [];
    const results: (() => void)[] = [];
    try {
      this.#store.begin();
      for (const operation of group) {
        if (applied.length > 0 && performance.now() - started > sliceMs) break;
        applied.push(operation);
        results.push(apply(operation));
      }
      this.#store.commit();
    } catch (error) {
      this.#store.rollback();
      this.#effects = [];
      if (isBusy(error)) return this.#waitForLock(group, error);
      return this.#failed(group, applied, error);
    }
    this.#committed({ applied, results, flushed: flushed && this.#store.flushes });
    return group.slice(applied.length);
  }

  /** One that failed by itself is told so. Of several it is not known which, so each is tried alone. */
  #failed(group: readonly Operation[], applied: readonly Operation[], error: unknown): readonly Operation[] {
    if (applied.length > 1) {
      for (const operation of applied) operation.alone = true;
      return group;
    }
    const failed = applied[0] ?? group[0];
    failed?.reject(unavailable(error, this.#store.path));
    return group.filter((operation) => operation !== failed);
  }

  #commitAlone(group: readonly Operation[]): readonly Operation[] {
    const started = performance.now();
    let left = group;
    while (left[0]?.alone === true && this.#pause === undefined && performance.now() - started < sliceMs) {
      left = [...this.#commit(left.slice(0, 1)), ...left.slice(1)];
    }
    return left;
  }

  #committed({ applied, results, flushed }: Committed & { readonly flushed: boolean }): void {
    this.#pauseMs = firstPauseMs;
    delete this.#claims.blockedSince;
    const effects = this.#effects;
    this.#effects = [];
    this.#options.committed();
    const group = { applied, results: [...results, ...effects] };
    if (!flushed) return tell(group);
    this.#unflushed.push(group);
    this.#flushing ??= this.#flushAll();
  }

  /** One flush at a time; each serves all that had been committed when it began. */
  async #flushAll(): Promise<void> {
    while (this.#unflushed.length > 0) {
      const groups = this.#unflushed;
      this.#unflushed = [];
      try {
        await this.#store.flush();
        for (const group of groups) tell(group);
      } catch (error) {
        const failure = unavailable(error, this.#store.path);
        for (const { applied } of groups) for (const operation of applied) operation.reject(failure);
      }
    }
    this.#flushing = undefined;
  }

  #endPause(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  #waitForLock(group: readonly Operation[], error: unknown): readonly Operation[] {
    const now = performance.now();
    const patient = (operation: Operation): boolean => {
      operation.blockedSince ??= now;
      if (now - operation.blockedSince < patienceMs) return true;
      operation.reject(unavailable(error, this.#store.path));
      return false;
    };
    const left = group.filter(patient);
    // Whoever takes next is as patient anew.
    if (group.includes(this.#claims) && left.length === 0) delete this.#claims.blockedSince;
    this.#pause = setTimeout(() => {
      this.#endPause();
      this.#flush();
    }, this.#pauseMs);
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
    return left;
  }
}

function tell({ results }: Committed): void {
  for (const result of results) result();
}

/** Applies and answers with how to tell its caller. */
function apply(operation: Operation): () => void {
  try {
    const value = operation.apply() as never;
    return () => operation.resolve(value);
  } catch (error) {
    if (error instanceof FlyballError) return () => operation.reject(error);
    throw error;
  }
}
