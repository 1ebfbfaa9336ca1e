import type { EndedJob, Limiter } from '#libs/simulation';
import { clip, type Range } from './peer.ts';

/**
 * Adaptive request concurrency of Vector's sinks (src/sinks/util/adaptive_concurrency/controller.rs). μ and v are mean and
 * variance of R̄, the mean service time of an interval, averaged with α = 0.4 (D. H. D. West); an interval lasts μ.
 * At its end:
 *   the limit was reached, nothing dropped, R̄ ≤ μ: L + 1;  else dropped, or R̄ ≥ μ + 2.5·√v: ⌊0.9·L⌋
 * What was dropped has no service time.
 */
export class VectorArc implements Limiter {
  readonly tickMs = Infinity;
  readonly #range: Range;
  #limit: number;
  #past: { readonly mean: number; readonly variance: number } | undefined;
  #endsAt = 0;
  #sum = 0;
  #count = 0;
  #dropped = false;
  #reached = false;

  constructor(range: Range) {
    this.#range = range;
    this.#limit = range.start;
  }

  get limit(): number {
    return this.#limit;
  }

  started(_t: number, inFlight: number): void {
    if (inFlight >= this.#limit) this.#reached = true;
  }

  ended({ t, service, late, lost }: EndedJob): void {
    if (late || lost) this.#dropped = true;
    else {
      this.#sum += service;
      this.#count += 1;
    }
    const mean = this.#count === 0 ? undefined : this.#sum / this.#count;
    if (this.#past === undefined) {
      // The first interval only sets the scale, and goes on.
      if (mean !== undefined) this.#remember(mean, t);
    } else if (t >= this.#endsAt) {
      this.#limit = clip(this.#next(this.#past, mean), this.#range.min, this.#range.max);
      this.#remember(mean, t);
      this.#sum = 0;
      this.#count = 0;
      this.#dropped = false;
      this.#reached = false;
    }
  }

  #next(past: { readonly mean: number; readonly variance: number }, mean: number | undefined): number {
    if (this.#reached && !this.#dropped && mean !== undefined && mean <= past.mean) return this.#limit + 1;
    const slower = mean !== undefined && mean >= past.mean + 2.5 * Math.sqrt(past.variance);
    return this.#dropped || slower ? Math.floor(0.9 * this.#limit) : this.#limit;
  }

  #remember(mean: number | undefined, t: number): void {
    if (mean !== undefined) this.#past = averaged(this.#past, mean);
    this.#endsAt = t + (this.#past?.mean ?? 0);
  }
}

function averaged(
  past: { readonly mean: number; readonly variance: number } | undefined,
  value: number,
): { readonly mean: number; readonly variance: number } {
  if (past === undefined) return { mean: value, variance: 0 };
  const difference = value - past.mean;
  const increment = 0.4 * difference;
  return { mean: past.mean + increment, variance: 0.6 * (past.variance + difference * increment) };
}
