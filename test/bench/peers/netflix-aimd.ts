import { clip, type Range } from './peer.ts';
import type { LawSample, SampleLaw } from './sample-law.ts';

/**
 * AIMD of Netflix/concurrency-limits, where a job's deadline stands for the original's time-out of 5 s. Per sample:
 *   dropped: L ← ⌊0.9·L⌋;  else if 2·I ≥ L: L ← L + 1
 */
export class NetflixAimd implements SampleLaw {
  readonly #range: Range;
  limit: number;

  constructor(range: Range) {
    this.#range = range;
    this.limit = range.start;
  }

  sample({ inFlight, dropped }: LawSample): void {
    this.limit = clip(this.#next(inFlight, dropped), this.#range.min, this.#range.max);
  }

  #next(inFlight: number, dropped: boolean): number {
    if (dropped) return Math.floor(0.9 * this.limit);
    return 2 * inFlight >= this.limit ? this.limit + 1 : this.limit;
  }
}
