import { clip, type Range } from './peer.ts';
import type { LawSample, SampleLaw } from './sample-law.ts';
import { WarmAverage } from './warm-average.ts';

/**
 * Gradient2 of Netflix/concurrency-limits. `long` is an average of R over 600 samples (the first 10 plainly).
 *   long/R > 2: long ← 0.95·long;  I < L/2: hold
 *   g = clip(1.5·long/R, 0.5, 1);  L ← 0.8·L + 0.2·(g·L + 4)
 * It has no notion of a drop.
 */
export class NetflixGradient2 implements SampleLaw {
  readonly #range: Range;
  readonly #long = new WarmAverage(600);
  limit: number;

  constructor(range: Range) {
    this.#range = range;
    this.limit = range.start;
  }

  sample({ service, inFlight }: LawSample): void {
    if (service <= 0) return;
    const long = this.#long.add(service);
    if (long / service > 2) this.#long.value *= 0.95;
    if (inFlight < this.limit / 2) return;
    const gradient = clip((1.5 * long) / service, 0.5, 1);
    const next = 0.8 * this.limit + 0.2 * (gradient * this.limit + 4);
    this.limit = clip(next, this.#range.min, this.#range.max);
  }
}
