import type { Random } from '#libs/simulation';
import { logStep } from './log-step.ts';
import { clip, type Range } from './peer.ts';
import type { LawSample, SampleLaw } from './sample-law.ts';

/**
 * Vegas of Netflix/concurrency-limits, after TCP Vegas. R0 is the least service time seen, ℓ = max(1, ⌊log10 L⌋).
 *   Q = ⌈L·(1 − R0/R)⌉, the jobs that seem to queue
 *   dropped: −ℓ;  2·I < L: hold;  Q ≤ ℓ: +6ℓ;  Q < 3ℓ: +ℓ;  Q > 6ℓ: −ℓ
 * After j·30·L samples, j drawn from 0.5..1, the next service time becomes R0, whatever the load. A sample that sets R0
 * moves nothing.
 */
export class NetflixVegas implements SampleLaw {
  readonly #range: Range;
  readonly #random: Random;
  #least = Infinity;
  #sinceProbe = 0;
  #jitter: number;
  limit: number;

  constructor(range: Range, random: Random) {
    this.#range = range;
    this.#random = random;
    this.#jitter = this.#draw();
    this.limit = range.start;
  }

  sample(sample: LawSample): void {
    const { service } = sample;
    if (service <= 0) return;
    this.#sinceProbe += 1;
    const probe = this.#sinceProbe >= this.#jitter * 30 * this.limit;
    if (probe) {
      this.#sinceProbe = 0;
      this.#jitter = this.#draw();
    }
    if (probe || service < this.#least) {
      this.#least = service;
      return;
    }
    this.limit = clip(this.limit + this.#step(sample), this.#range.min, this.#range.max);
  }

  #step({ service, inFlight, dropped }: LawSample): number {
    const step = logStep(this.limit);
    if (dropped) return -step;
    if (2 * inFlight < this.limit) return 0;
    const queue = Math.ceil(this.limit * (1 - this.#least / service));
    if (queue <= step) return 6 * step;
    if (queue < 3 * step) return step;
    return queue > 6 * step ? -step : 0;
  }

  #draw(): number {
    return 0.5 + 0.5 * this.#random.uniform();
  }
}
