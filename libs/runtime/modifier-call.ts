import { sixDigits, type ModifierAnswer, type Observation } from '#libs/core';
import type { Emit } from '#libs/observability';

const abandonAfterMs = 30_000;
const blockingMs = 50;

/** Called with ⌊limit in force⌋ and the last observation, if there is one. */
export type Modifier = (current: number, last: Observation | undefined) => Promise<unknown>;

/**
 * Calls the user's concurrency modifier once per period, one call outstanding at most. What it answers is read at the end
 * of the period; a promise that outlives it is read when it comes, and given up after 30 s.
 */
export class ModifierCall {
  readonly #call: Modifier;
  readonly #now: () => number;
  readonly #emit: Emit;
  #outstanding: { readonly since: number; readonly token: symbol } | undefined;
  #answer: ModifierAnswer | undefined;
  #warned = false;

  constructor(options: { readonly call: Modifier; readonly now: () => number; readonly emit: Emit }) {
    this.#call = options.call;
    this.#now = options.now;
    this.#emit = options.emit;
  }

  /** Begins a call with ⌊limit in force⌋, unless one is outstanding. */
  begin(current: number, last?: Observation): void {
    const since = this.#now();
    if (this.#outstanding !== undefined && since - this.#outstanding.since < abandonAfterMs) return;
    const token = Symbol('modifier call');
    this.#outstanding = { since, token };
    this.#answer = undefined;
    const finish = (answer: Omit<ModifierAnswer, 'duration'>): void => {
      if (this.#outstanding?.token !== token) return;
      this.#outstanding = undefined;
      this.#answer = { ...answer, duration: sixDigits(this.#now() - since) };
    };
    // The call itself may throw or block: it is the user's code.
    const called = this.#try(current, last);
    this.#reportBlocking(this.#now() - since);
    void called.then(
      (returned) => finish(answerOf(returned)),
      (error: unknown) => finish({ invalid: `threw ${String(error)}`.slice(0, 200) }),
    );
  }

  /** The answer of this period, or how long the outstanding call has been pending. */
  read(): ModifierAnswer | undefined {
    if (this.#answer !== undefined) return this.#answer;
    if (this.#outstanding === undefined) return undefined;
    return { duration: sixDigits(this.#now() - this.#outstanding.since) };
  }

  /** An async function turns a synchronous throw into a rejection. */
  async #try(current: number, last: Observation | undefined): Promise<unknown> {
    return this.#call(current, last);
  }

  #reportBlocking(durationMs: number): void {
    if (durationMs <= blockingMs || this.#warned) return;
    this.#warned = true;
    const fields = { durationMs: Math.round(durationMs), advice: 'make the modifier async; it blocks all jobs' };
    this.#emit({ type: 'notice', level: 'warn', event: 'modifier-blocks', fields });
  }
}

/** Only a finite number from 0 up is an answer; a boolean is not 1. */
function answerOf(returned: unknown): Omit<ModifierAnswer, 'duration'> {
  if (typeof returned === 'number') {
    return Number.isFinite(returned) && returned >= 0 ? { returned } : { invalid: String(returned) };
  }
  if (typeof returned === 'object' && returned !== null && 'invalid' in returned) {
    return { invalid: String(returned.invalid).slice(0, 200) };
  }
  return { invalid: returned === null ? 'null' : typeof returned };
}
