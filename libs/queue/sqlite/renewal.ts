import type { Context } from './context.ts';

/** A lease is good for 30 s and renewed three times in that time. */
const renewEveryMs = 10_000;

/**
 * Renews every held lease by one write: they all belong to the one process that has the file. The moment tells the next
 * process when this one was last alive. Nothing runs while no lease is held.
 */
export class Renewal {
  readonly #context: Context;
  #timer: NodeJS.Timeout | undefined;

  constructor(context: Context) {
    this.#context = context;
  }

  /** A lease has been handed out. */
  started(): void {
    this.#timer ??= setTimeout(() => this.#renew(), renewEveryMs).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #renew(): void {
    this.#timer = undefined;
    if (this.#context.leases.size === 0) return;
    this.started();
    const { store, rules, group } = this.#context;
    // A renewal that fails costs nothing: nobody else can take the lease while this process has the file.
    group.run(() => store.statements.renew.run(rules.now())).catch(() => {});
  }
}
