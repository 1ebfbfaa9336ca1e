import { classPlaces, type JobClasses, type Sized } from './guard-classes.ts';
import type { Composition } from './guard-composition.ts';

/** Share of an error that one reading corrects; the first ten count alike. */
const step = 0.1;
/** Of the two moving means of the squared error. */
const [fast, slow] = [0.05, 0.005];
/** A moving mean of fewer errors says too little to count alone. */
const enoughErrors = 5;
/** What the slow mean of the squared error remembers, in readings. */
const remembered = 200;
/** Before anything is known: the spread as a share of the footprint, and the readings that this belief counts for. */
const [priorSpread, priorReadings] = [0.35, 5];
/** Readings after which footprints are known. */
const settled = 60;

/**
 * What a job of each class takes on one device, learnt from whole readings (normalised least mean squares):
 *
 *   e = reading − Σ H_c·μ_c,  μ_c ← max(ε, μ_c + max(0.1·ν, ν/k)·e·H_c/ΣH²),  first sight: the mean of what runs, or more
 *   v = max(v_fast, (5·(0.35·mean footprint)² + k·v_slow)/(5 + k)),  v_fast, v_slow: moving means of e²/I
 *
 * ν is what a reading says that the last did not, 0..1, and k their sum: ten readings of the same two long jobs are not ten.
 * H is measured in jobs of the class's mean size, so that classes with units of their own learn alike.
 */
export class Footprints {
  readonly #classes: JobClasses;
  /** Bytes per unit of h; NaN: never seen. */
  readonly #means = new Float64Array(classPlaces).fill(NaN);
  /** Mean h of the class's jobs. */
  readonly #sizes = new Float64Array(classPlaces);
  #least: number;
  #readings = 0;
  #errors = 0;
  #fast = 0;
  #slow = 0;
  /** Largest known footprint per unit among jobs without and with declared memory, and of one mean job. */
  #largest: readonly [unsized: number, sized: number, job: number] = [NaN, NaN, NaN];

  /** `least`: below it no footprint falls, bytes. */
  constructor(classes: JobClasses, least: number) {
    this.#classes = classes;
    this.#least = least;
  }

  get known(): boolean {
    return !Number.isNaN(this.largestJob);
  }

  /** Of one mean job where none runs, bytes. */
  get largestJob(): number {
    return this.#largest[2];
  }

  /** Bytes of one job; of an unknown class as the largest known. */
  of({ place, sized, size }: Sized): number {
    return place === undefined ? this.#unknown(sized, 1, size) : this.#sum(place, 1, size);
  }

  /** Σ h·μ, bytes. */
  sum({ counts, sizes }: Composition): number {
    let sum = 0;
    for (let place = 0; place < classPlaces; place += 1) {
      const count = counts[place]!;
      if (count > 0) sum += this.#sum(place, count, sizes[place]!);
    }
    return sum;
  }

  /** Mean of what a job takes, weighted by what it takes, bytes; 0 where none runs. */
  large({ counts, sizes }: Composition): number {
    let [sum, squares] = [0, 0];
    for (let place = 0; place < classPlaces; place += 1) {
      const count = counts[place]!;
      if (count === 0) continue;
      const memory = this.#sum(place, count, sizes[place]!);
      sum += memory;
      squares += (memory * memory) / count;
    }
    return sum > 0 ? squares / sum : 0;
  }

  /** So many readings that the spread is known from errors alone. */
  get settled(): boolean {
    return this.#readings >= settled;
  }

  /** v, while jobs of this mean footprint run. */
  variance(meanFootprint: number): number {
    const prior = (priorSpread * meanFootprint) ** 2;
    const errors = Math.min(this.#errors, remembered);
    const believed = (priorReadings * prior + errors * this.#slow) / (priorReadings + errors);
    return Math.max(this.#errors > enoughErrors ? this.#fast : 0, believed);
  }

  /** The same for each class that runs, bytes per unit of h, while the base is still being told from the jobs. */
  assume(then: Composition, slope: number): void {
    this.#learnSizes(then);
    this.#each(then, (place) => (this.#means[place] = Math.max(this.#least / this.#sizes[place]!, slope)));
    this.#largest = this.#largestKnown();
  }

  /** As if only this had been read: `jobs` took `memory`. The spread is learnt anew. */
  explain(jobs: Composition, memory: number): void {
    const scale = memory / this.sum(jobs);
    if (!(scale > 0 && scale < Infinity)) return;
    for (let place = 0; place < classPlaces; place += 1) this.#means[place]! *= scale;
    this.#largest = this.#largestKnown();
    this.#readings = 0;
    this.#errors = 0;
    this.#fast = 0;
    this.#slow = 0;
  }

  /** `memory`: read above the base, while `then` ran; `news`: ν. */
  learn(then: Composition, memory: number, news: number): void {
    this.#learn(then, memory, { news, share: Math.max(step * news, news / (this.#readings + news)) });
  }

  /**
   * Memory ran out while `then` ran: at least so much was taken, though no reading tells. The less is known, the more that
   * says; without it a small first job would let too many in again after each restart.
   */
  overran(then: Composition, memory: number): void {
    if (!this.known || memory <= this.sum(then)) return;
    this.#learn(then, memory, { news: 1, share: Math.max(step, 1 - this.#readings / settled) });
  }

  #learn(then: Composition, memory: number, { news, share }: { readonly news: number; readonly share: number }): void {
    if (this.known) this.#learnError(memory - this.sum(then), then.jobs, news);
    this.#learnSizes(then);
    this.#firstSight(then, memory);
    const error = memory - this.sum(then);
    let weight = 0;
    this.#each(then, (place) => (weight += (then.sizes[place]! / this.#sizes[place]!) ** 2));
    this.#each(then, (place) => {
      const unit = this.#sizes[place]!;
      const moved = this.#means[place]! + (share * error * then.sizes[place]!) / (unit * unit * weight);
      this.#means[place] = Math.max(this.#least / unit, moved);
    });
    this.#readings += news;
    this.#largest = this.#largestKnown();
  }

  #learnError(error: number, jobs: number, news: number): void {
    const squared = (error * error) / jobs;
    this.#errors += news;
    const first = news / this.#errors;
    this.#fast += Math.max(fast * news, first) * (squared - this.#fast);
    this.#slow += Math.max(slow * news, first) * (squared - this.#slow);
  }

  #learnSizes(then: Composition): void {
    this.#each(then, (place) => {
      const mean = then.sizes[place]! / then.counts[place]!;
      const before = this.#sizes[place]!;
      this.#sizes[place] = before === 0 ? mean : before + step * (mean - before);
    });
  }

  /** What known classes leave of the reading, or the mean of what runs where that is more. */
  #firstSight(then: Composition, memory: number): void {
    let [unexplained, strangers] = [memory, 0];
    this.#each(then, (place) => {
      if (Number.isNaN(this.#means[place]!)) strangers += then.counts[place]!;
      else unexplained -= then.sizes[place]! * this.#means[place]!;
    });
    if (strangers === 0) return;
    const job = Math.max(this.#least, memory / then.jobs, unexplained / strangers);
    this.#each(then, (place) => {
      if (Number.isNaN(this.#means[place]!)) this.#means[place] = job / this.#sizes[place]!;
    });
  }

  /** A job of 1 beside one of 10^16 may be lost to rounding: nothing can be learnt of it. */
  #each({ sizes }: Composition, act: (place: number) => void): void {
    for (let place = 0; place < classPlaces; place += 1) if (sizes[place]! > 0) act(place);
  }

  #sum(place: number, count: number, size: number): number {
    const mean = this.#means[place]!;
    return Number.isNaN(mean) ? this.#unknown(this.#classes.sized[place]!, count, size) : mean * size;
  }

  #unknown(sized: boolean, count: number, size: number): number {
    const perUnit = this.#largest[sized ? 1 : 0];
    if (!Number.isNaN(perUnit)) return perUnit * size;
    return this.known ? this.#largest[2] * count : 0;
  }

  #largestKnown(): readonly [number, number, number] {
    const largest: [number, number, number] = [NaN, NaN, NaN];
    const raise = (index: 0 | 1 | 2, value: number): void => {
      if (!(largest[index] >= value)) largest[index] = value;
    };
    for (let place = 0; place < classPlaces; place += 1) {
      const mean = this.#means[place]!;
      if (Number.isNaN(mean)) continue;
      raise(this.#classes.sized[place]! ? 1 : 0, mean);
      raise(2, mean * this.#sizes[place]!);
    }
    return largest;
  }
}
