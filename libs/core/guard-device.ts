import { BaseMemory } from './guard-base.ts';
import type { Sized } from './guard-classes.ts';
import { Composition, type Member } from './guard-composition.ts';
import { Extreme } from './guard-extreme.ts';
import type { GuardedDevice } from './guard-facts.ts';
import { Footprints } from './guard-footprints.ts';
import { HighWater } from './guard-high-water.ts';
import { LastReading, type GuardedJobs } from './guard-last-reading.ts';
import { predict, type JobGroup, type Prediction } from './guard-prediction.ts';
import type { MemoryReading } from './guard-readings.ts';
import { sixDigits } from './rounding.ts';

/** What the guard plans with: MARGIN, Z, and f. */
export interface Caution {
  readonly margin: number;
  readonly z: number;
  readonly factor: number;
}

/** Ages carry six digits: the time of taking that follows from one wavers by this much at the most. */
const toleranceMs = 10;
/** Blind for so long, only what was seen to go well before is admitted; what never learnt anything is no guard. */
const blindMs = 30_000;
/** While nothing is learnt. */
const coldJobs = 2;
/** A footprint is above 0: so small a share of the capacity. */
const leastShare = 1e-9;

/** One device's memory: what it has, what was read, what jobs take of it, and whether one more fits. */
export class GuardDevice {
  readonly name: string;
  readonly #jobs: GuardedJobs;
  readonly #base: BaseMemory;
  readonly #footprints: Footprints;
  readonly #highWater = new HighWater();
  /** The largest a that a fresh reading confirmed. */
  readonly #confirmed = new Extreme(Math.max);
  #capacity: number;
  #takenAt = -Infinity;
  /** Jobs in flight when it was read, at most. */
  #mostRead = 0;
  #staleSince: number | undefined;
  readonly #last: LastReading;

  constructor(
    jobs: GuardedJobs,
    options: { readonly name: string; readonly capacity: number; readonly base?: number },
  ) {
    this.#jobs = jobs;
    this.name = options.name;
    this.#capacity = options.capacity;
    this.#base = new BaseMemory(options.base);
    if (jobs.now.jobs > 0) this.#base.started();
    this.#footprints = new Footprints(jobs.classes, leastShare * options.capacity);
    this.#last = new LastReading(jobs, this.#footprints);
  }

  get state(): 'stale' | 'cold' | 'high-water' | 'on' {
    if (this.#staleSince !== undefined) return 'stale';
    if (this.#cold) return 'cold';
    return this.#highWater.active ? 'high-water' : 'on';
  }

  started(member: Sized & Member): void {
    this.#base.started();
    this.#last.started(member);
  }

  finished(member: Sized & Member): void {
    this.#last.finished(member);
  }

  /** Of its memory in use while these run, by their footprints. */
  share(jobs: Composition): number {
    return ((this.#base.value ?? 0) + this.#footprints.sum(jobs)) / this.#capacity;
  }

  /** Memory ran out while `then` ran. */
  overran(then: Composition): void {
    const base = this.#base.value;
    if (base === undefined) return;
    this.#footprints.overran(then, this.#capacity - base);
    this.#last.sumUp();
  }

  /** Every job was lost, and their process with them. */
  lost(): void {
    this.#base.lost();
    this.#highWater.lost();
  }

  /** No fresh reading in this period. */
  blind(t: number): void {
    this.#staleSince ??= t;
  }

  blindFor(ms: number, t: number): boolean {
    return this.#staleSince !== undefined && t - this.#staleSince >= ms;
  }

  /** Its sensor died before anything was learnt: to wait for more would be to keep two jobs for ever. */
  off(t: number): boolean {
    return !this.#footprints.known && this.blindFor(blindMs, t);
  }

  observe(reading: MemoryReading): void {
    this.#staleSince = undefined;
    if (reading.total !== undefined && reading.total > 0) this.#capacity = reading.total;
    if (reading.takenAt <= this.#takenAt + toleranceMs) return;
    this.#takenAt = reading.takenAt;
    const then = this.#runningAt(reading.takenAt);
    this.#learn(then, reading);
    this.#mostRead = Math.max(this.#mostRead, then.jobs);
    if (this.#highWater.active) this.#last.take(this.#highWater.jobs, this.#highWater);
    else this.#last.take(then, reading);
  }

  /** Whether `count` more such jobs fit. */
  fits(job: Sized, count: number, caution: Caution, t: number): boolean {
    if (this.#cold && this.#jobs.now.jobs + count <= coldJobs) return true;
    return this.#footprints.known && this.#fits(count * this.#footprints.of(job), count, caution, t);
  }

  /** Whether `count` more jobs of mean size fit. */
  fitsMean(count: number, caution: Caution, t: number): boolean {
    if (this.#cold && this.#jobs.now.jobs + count <= coldJobs) return true;
    return this.#footprints.known && this.#fits(count * this.#meanJob(), count, caution, t);
  }

  /** Undefined while nothing is learnt. */
  facts(caution: Caution, t: number): GuardedDevice | undefined {
    const base = this.#base.value;
    if (!this.#footprints.known || base === undefined) return undefined;
    const next = this.#meanJob();
    const z = this.#z(caution);
    const { expected, deviation } = this.#predict({ jobs: 1, memory: next }, z, t);
    return {
      gpu: this.name,
      predicted: sixDigits(base + expected),
      needed: sixDigits(base + expected + z * deviation),
      ceiling: sixDigits(base + this.#ceiling(caution)),
      next: sixDigits(next),
      deviation: sixDigits(deviation),
      factor: sixDigits(caution.factor),
    };
  }

  /** Nothing is learnt, or the base is still being told from the jobs: two at once are needed to learn from. */
  get #cold(): boolean {
    return !this.#footprints.known || this.#base.slope !== undefined;
  }

  #runningAt(t: number): Composition {
    const [then, joined, left] = [new Composition(), new Composition(), new Composition()];
    this.#jobs.history.since(t, joined, left);
    then.copy(this.#jobs.now);
    then.rewind(joined, left);
    return then;
  }

  #learn(then: Composition, reading: MemoryReading): void {
    const { used, takenAt } = reading;
    if (then.jobs === 0) this.#base.idle(used);
    else this.#base.busy(used, then.jobs, sumOf(then.sizes));
    const base = this.#base.value;
    if (base === undefined) return;
    const footprints = this.#footprints;
    const tells = then.jobs === 0 || this.#highWater.observe(then, reading, base, footprints);
    if (this.#highWater.active) this.#base.settle();
    const { slope } = this.#base;
    if (slope !== undefined) {
      footprints.assume(then, slope);
      return;
    }
    if (tells && then.jobs > 0) {
      const last = this.#last;
      footprints.learn(then, (used - base) / last.agedShare(then, takenAt), last.news(takenAt));
    }
    const explained = footprints.sum(then);
    if (tells && !this.#highWater.active) this.#base.explained(used - explained, takenAt);
    this.#confirmed.see(explained, takenAt);
    if (this.#highWater.active) this.#confirmed.see(footprints.sum(this.#highWater.jobs), takenAt);
  }

  #fits(next: number, count: number, caution: Caution, t: number): boolean {
    if (!this.#footprints.settled && this.#jobs.now.jobs + count > Math.max(coldJobs, 2 * this.#mostRead)) return false;
    const after = this.#last.memoryNow + next;
    const confirmed = this.#confirmed.best ?? 0;
    const ceiling = this.#ceiling(caution);
    if (this.blindFor(blindMs, t) && after > confirmed * caution.factor) return false;
    if (this.#highWater.active && after <= confirmed * Math.min(caution.factor, ceiling / this.#most)) return true;
    const z = this.#z(caution);
    const { expected, deviation } = this.#predict({ jobs: count, memory: next }, z, t);
    return expected + z * deviation <= ceiling;
  }

  /** The highest that was read, above the base, bytes. */
  get #most(): number {
    return Math.max(this.#highWater.used - (this.#base.value ?? 0), Number.MIN_VALUE);
  }

  /** Above the base, bytes. */
  #ceiling({ margin, factor }: Caution): number {
    const kept = this.#staleSince === undefined ? margin : 2 * margin;
    return factor * (1 - kept) * (this.#capacity - (this.#base.value ?? 0));
  }

  /** Deviations that are kept free: one more while readings are old. */
  #z({ z }: Caution): number {
    return this.#staleSince === undefined ? z : z + 1;
  }

  #meanJob(): number {
    const { now } = this.#jobs;
    return now.jobs > 0 ? this.#last.memoryNow / now.jobs : this.#footprints.largestJob;
  }

  #predict(next: Pick<JobGroup, 'jobs' | 'memory'>, z: number, t: number): Prediction {
    const variance = this.#footprints.variance(this.#meanJob());
    const stale = this.#staleSince !== undefined;
    return predict(this.#last.view(t, this.#base.value ?? 0, { variance, stale }), next, z);
  }
}

function sumOf(sizes: Float64Array): number {
  let sum = 0;
  for (const size of sizes) sum += size;
  return sum;
}
