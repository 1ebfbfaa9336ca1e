import { classPlaces } from './guard-classes.ts';

/** One job in a composition. */
export interface Member {
  readonly place: number;
  readonly size: number;
  /** When it started, ms. */
  readonly start: number;
}

/** A set of jobs, as sums by class: all that footprints need of it. */
export class Composition {
  jobs = 0;
  /** Σ of start times, ms: n·t − startSum is the sum of ages at t. */
  startSum = 0;
  readonly counts = new Float64Array(classPlaces);
  /** Σ of h by class. */
  readonly sizes = new Float64Array(classPlaces);

  add({ place, size, start }: Member): void {
    this.jobs += 1;
    this.startSum += start;
    this.counts[place]! += 1;
    this.sizes[place]! += size;
  }

  /** False for one that is not in it, which changes nothing. */
  remove({ place, size, start }: Member): boolean {
    if (!(this.counts[place]! > 0)) return false;
    this.jobs -= 1;
    this.startSum = this.jobs === 0 ? 0 : this.startSum - start;
    this.counts[place]! -= 1;
    // An empty class forgets what rounding left.
    this.sizes[place] = this.counts[place] === 0 ? 0 : this.sizes[place]! - size;
    return true;
  }

  clear(): void {
    this.jobs = 0;
    this.startSum = 0;
    this.counts.fill(0);
    this.sizes.fill(0);
  }

  copy(from: Composition): void {
    this.jobs = from.jobs;
    this.startSum = from.startSum;
    this.counts.set(from.counts);
    this.sizes.set(from.sizes);
  }

  /** What it was before `joined` came and `left` went. */
  rewind(joined: Composition, left: Composition): void {
    this.jobs += left.jobs - joined.jobs;
    this.startSum = this.jobs === 0 ? 0 : this.startSum + left.startSum - joined.startSum;
    for (let place = 0; place < classPlaces; place += 1) {
      const count = this.counts[place]! + left.counts[place]! - joined.counts[place]!;
      this.counts[place] = count;
      this.sizes[place] = count === 0 ? 0 : this.sizes[place]! + left.sizes[place]! - joined.sizes[place]!;
    }
  }
}
