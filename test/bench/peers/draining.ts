import type { EndedJob, Limiter, LoopView } from '#libs/simulation';

/**
 * Any limiter behind the actuator of RunPod's Python SDK (`runpod/runpod-python` rp_scale.py): once the wanted number is not
 * the applied one, no job is taken until none is in flight; only then is it applied. Kinder than the original in two
 * things: it applies what is wanted at the end of the drain, not at its start, and it sees the end at once, not by looking
 * each second.
 */
export function draining(inner: Limiter): Limiter {
  return new Draining(inner);
}

class Draining implements Limiter {
  readonly tickMs: number;
  readonly #inner: Limiter;
  #applied: number;
  #inFlight = 0;

  constructor(inner: Limiter) {
    this.#inner = inner;
    this.tickMs = inner.tickMs;
    this.#applied = Math.floor(inner.limit);
  }

  get limit(): number {
    return this.#applied;
  }

  mayStart(t: number, view: LoopView): boolean {
    return Math.floor(this.#inner.limit) === this.#applied && this.#inner.mayStart?.(t, view) !== false;
  }

  started(t: number, inFlight: number, wait: number): void {
    this.#inFlight = inFlight;
    this.#inner.started?.(t, inFlight, wait);
    this.#apply();
  }

  ended(end: EndedJob): void {
    this.#inFlight = end.inFlight - 1;
    this.#inner.ended?.(end);
    this.#apply();
  }

  tick(t: number, view: LoopView): void {
    this.#inner.tick?.(t, view);
    this.#apply();
  }

  #apply(): void {
    if (this.#inFlight === 0) this.#applied = Math.floor(this.#inner.limit);
  }
}
