/** Before anything is known a job ends with half of its mean footprint more than it began with; counts as one job. */
const [priorShare, priorWeight] = [0.5, 1];
/** Readings after which one counts a third. */
const memory = 300;
/** Nothing came or went: the change is growth alone, up to what the instrument rounds. */
const leastChanged = 0.1;
const mostShare = 1.5;

/** What happened between two readings, in mean jobs. */
export interface Interval {
  /** Change of memory, less what came and plus what went, each at its mean footprint. */
  readonly moved: number;
  /** Lives lived by all in flight: ∫I dt / R̄. */
  readonly aged: number;
  /** Jobs that came, and jobs that went. */
  readonly changed: number;
}

/**
 * How much a job's memory grows over its life, as a share γ of its mean footprint: jobs come with (1 − γ/2) and go with
 * (1 + γ/2) of it, so between two readings
 *
 *   moved = γ·(aged − changed/2) + noise of variance ~ changed
 *
 * A weighted regression on that: no level and no base is needed, and intervals in which nobody came or went, which long
 * jobs have most of, tell it almost exactly.
 */
export class Growth {
  #xy = priorWeight * priorShare;
  #xx = priorWeight;

  /** γ, 0..1.5. */
  get share(): number {
    return Math.min(mostShare, Math.max(0, this.#xy / this.#xx));
  }

  learn({ moved, aged, changed }: Interval): void {
    const x = aged - changed / 2;
    const weight = 1 / (changed + leastChanged);
    const [xy, xx] = [weight * x * moved, weight * x * x];
    // No time passed, or jobs beside which the others are too small to be numbers: it says nothing.
    if (!(xx > 0 && Number.isFinite(xy + xx))) return;
    const kept = 1 - 1 / memory;
    this.#xy = kept * this.#xy + xy;
    this.#xx = kept * this.#xx + xx;
  }
}
