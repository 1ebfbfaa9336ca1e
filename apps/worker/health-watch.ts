import type { Emit, FlyballEvent, HealthFacts, QueueOperation } from '#libs/observability';

/** A queue that is down is asked again within 10 s; silence after a failure means that a call now waits in it. */
const forgottenAfterMs = 15_000;

/** What a worker does without, for want of time or of a lease: no sign of the queue's health. */
const asides: readonly QueueOperation[] = ['depth', 'progress', 'chunk'];

/** Remembers, from events, what `/healthz` and `/readyz` are asked for. */
export class HealthWatch {
  readonly #now: () => number;
  #firstReadyAt: number | undefined;
  #lastTurnAt: number | undefined;
  #queueFailedAt = -Infinity;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The worker has begun to take jobs. */
  started(): void {
    this.#firstReadyAt = this.#now();
  }

  readonly sink: Emit = (event: FlyballEvent): void => {
    if (event.type === 'period') this.#lastTurnAt = this.#now();
    if (event.type === 'queue-operation' && !asides.includes(event.operation))
      this.#queueFailedAt = event.result === 'error' ? this.#now() : -Infinity;
  };

  facts(worker: { readonly handlerReady: boolean; readonly draining: boolean }): HealthFacts {
    return {
      now: this.#now(),
      firstReadyAt: this.#firstReadyAt,
      lastTurnAt: this.#lastTurnAt,
      queueOk: this.#now() - this.#queueFailedAt > forgottenAfterMs,
      ...worker,
    };
  }
}
