import type { Emit, FlyballEvent, HealthFacts } from '#libs/observability';

/** Remembers, from events, what `/healthz` and `/readyz` are asked for. */
export class HealthWatch {
  readonly #now: () => number;
  #firstReadyAt: number | undefined;
  #lastTurnAt: number | undefined;
  #queueOk = true;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The worker has begun to take jobs. */
  started(): void {
    this.#firstReadyAt = this.#now();
  }

  readonly sink: Emit = (event: FlyballEvent): void => {
    if (event.type === 'period') this.#lastTurnAt = this.#now();
    if (event.type === 'queue-operation') this.#queueOk = event.result !== 'error';
  };

  facts(worker: { readonly handlerReady: boolean; readonly draining: boolean }): HealthFacts {
    return {
      now: this.#now(),
      firstReadyAt: this.#firstReadyAt,
      lastTurnAt: this.#lastTurnAt,
      queueOk: this.#queueOk,
      ...worker,
    };
  }
}
