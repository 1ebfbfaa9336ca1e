import type { EndedJob, Limiter, LoopView } from '#libs/simulation';

/** Any limiter, and how long the jobs took that it let through, ms. */
export class TimedLimiter implements Limiter {
  readonly tickMs: number;
  readonly services: number[] = [];
  readonly #inner: Limiter;

  constructor(inner: Limiter) {
    this.#inner = inner;
    this.tickMs = inner.tickMs;
  }

  get limit(): number {
    return this.#inner.limit;
  }

  /** ms that nine of ten jobs did not exceed; absent: none ended. */
  get tail(): number | undefined {
    const sorted = Float64Array.from(this.services).toSorted();
    return sorted[Math.floor(0.9 * sorted.length)];
  }

  mayStart(t: number, view: LoopView): boolean {
    return this.#inner.mayStart?.(t, view) !== false;
  }

  started(t: number, inFlight: number, wait: number): void {
    this.#inner.started?.(t, inFlight, wait);
  }

  ended(end: EndedJob): void {
    if (!end.lost) this.services.push(end.service);
    this.#inner.ended?.(end);
  }

  tick(t: number, view: LoopView): void {
    this.#inner.tick?.(t, view);
  }
}
