import { slowdown, type Curve } from './curves.ts';
import { Heap } from './heap.ts';
import type { PlantJob } from './jobs.ts';
import { Meter, type DeviceSample, type MeterConfig } from './meter.ts';
import type { Random } from './random.ts';

/** Times in ms, memory in bytes. */
export interface PlantConfig extends MeterConfig {
  readonly curve: Curve;
  /** Memory with no job after the model is loaded. */
  readonly base: number;
  readonly capacity: number;
  /** `fatal`: above capacity all in flight fail and the device restarts; `job`: the newest fails, nothing else. */
  readonly outOfMemory: 'fatal' | 'job';
  /** How long a fatal out-of-memory keeps the device from taking jobs. */
  readonly restart: number;
  /** Speed of the whole device at `t`; 1 when absent. Taken as constant over each 100 ms. */
  readonly speed?: (t: number) => number;
}

export interface PlantEnd {
  readonly id: number;
  readonly at: number;
  readonly outcome: 'finished' | 'out-of-memory';
}

interface Running {
  /** Memory as a line over virtual time: `atZero` + `slope`·V. */
  readonly atZero: number;
  readonly slope: number;
}

/** Memory is looked at this often, and at every admission, ms. */
const checkEvery = 100;

/**
 * A GPU as a queue: processor sharing, each of n jobs in flight progresses at v·speed(t)/(1 + σ(n−1) + κn(n−1)).
 *
 * All jobs share one rate, so one virtual clock V runs for all: a job admitted at V ends at V + work/v. A heap over those
 * makes an event O(log n), and total memory is one line over V. There are no timers here: time is an argument, and never
 * goes back. The noise stream is the instruments' own.
 */
export class Plant {
  readonly config: PlantConfig;
  readonly #meter: Meter;
  readonly #ending = new Heap();
  readonly #running = new Map<number, Running>();
  #ends: PlantEnd[] = [];
  #t = 0;
  #virtual = 0;
  #rate = 1;
  #nextCheck = checkEvery;
  #readyAt = 0;
  #memoryAtZero = 0;
  #memorySlope = 0;
  #ids = 0;

  constructor(config: PlantConfig, noise: Random) {
    this.config = config;
    this.#meter = new Meter(config, config.base, noise);
  }

  get inFlight(): number {
    return this.#running.size;
  }

  /** Jobs can be taken from here on; later than now only while it restarts. */
  get readyAt(): number {
    return this.#readyAt;
  }

  /** Bytes in use, base included. */
  get memoryUsed(): number {
    return this.config.base + this.#memoryAtZero + this.#memorySlope * this.#virtual;
  }

  /**
   * Starts a job; the answer names it in the ends to come. One that does not fit is among the ends at once.
   * @throws {RangeError} while the device restarts
   */
  admit(job: PlantJob, t: number): number {
    this.#run(t);
    if (t < this.#readyAt) throw new RangeError(`the device restarts until ${this.#readyAt}`);
    const length = job.work / job.speedFactor;
    const slope = (job.memoryEnd - job.memoryStart) / length;
    const id = ++this.#ids;
    this.#running.set(id, { atZero: job.memoryStart - slope * this.#virtual, slope });
    this.#memoryAtZero += job.memoryStart - slope * this.#virtual;
    this.#memorySlope += slope;
    this.#ending.push(this.#virtual + length, id);
    this.#checkMemory();
    this.#retime();
    return id;
  }

  /** Ends a job early, as a cancel does; one that has ended is left alone. */
  release(id: number, t: number): void {
    this.#run(t);
    this.#remove(id);
    this.#retime();
  }

  /** Moves to `t` and answers with what ended since the last call, in order. */
  advance(t: number): readonly PlantEnd[] {
    this.#run(t);
    const ends = this.#ends;
    if (ends.length > 0) this.#ends = [];
    return ends;
  }

  /** When {@link advance} next has something to do: at most 100 ms away while jobs run, Infinity when none does. */
  nextEventAt(): number {
    if (this.#ends.length > 0) return this.#t;
    if (this.#running.size === 0) return Infinity;
    return Math.min(this.#nextEnd(), this.#nextCheck);
  }

  /** What the instruments have delivered by `t`; undefined before their first sample. */
  telemetry(t: number): DeviceSample | undefined {
    this.#run(t);
    return this.#meter.delivered(t);
  }

  #run(t: number): void {
    for (;;) {
      const end = this.#nextEnd();
      const next = Math.min(end, this.#nextCheck, this.#meter.nextSampleAt);
      if (next > t) break;
      this.#pass(next);
      if (next === end) this.#finishFirst();
      else if (next === this.#nextCheck) this.#checkMemory();
      else this.#meter.sample(this.memoryUsed);
      this.#retime();
    }
    this.#pass(t);
  }

  #pass(t: number): void {
    const elapsed = t - this.#t;
    if (elapsed <= 0) return;
    this.#virtual += this.#rate * elapsed;
    this.#t = t;
    this.#meter.passed(elapsed, this.#running.size, this.memoryUsed);
  }

  #nextEnd(): number {
    // Jobs that left early stay in the heap until they come up.
    while (this.#ending.first !== undefined && !this.#running.has(this.#ending.first.id)) this.#ending.pop();
    const first = this.#ending.first;
    return first === undefined ? Infinity : this.#t + Math.max(0, first.key - this.#virtual) / this.#rate;
  }

  #finishFirst(): void {
    const first = this.#ending.pop();
    if (first === undefined) return;
    // Exactly there: rounding must not leave a remainder that is never worked off.
    this.#virtual = Math.max(this.#virtual, first.key);
    this.#end(first.id, 'finished');
  }

  #checkMemory(): void {
    if (this.memoryUsed <= this.config.capacity) return;
    if (this.config.outOfMemory === 'job') {
      while (this.memoryUsed > this.config.capacity && this.#running.size > 0) {
        this.#end(Math.max(...this.#running.keys()), 'out-of-memory');
      }
      return;
    }
    for (const id of this.#running.keys()) this.#end(id, 'out-of-memory');
    this.#readyAt = this.#t + this.config.restart;
    this.#meter.restarted(this.config.base);
  }

  #end(id: number, outcome: PlantEnd['outcome']): void {
    this.#remove(id);
    this.#ends.push({ id, at: this.#t, outcome });
  }

  #remove(id: number): void {
    const job = this.#running.get(id);
    if (job === undefined) return;
    this.#running.delete(id);
    this.#memoryAtZero -= job.atZero;
    this.#memorySlope -= job.slope;
    if (this.#running.size > 0) return;
    // An empty device forgets what rounding left.
    this.#memoryAtZero = 0;
    this.#memorySlope = 0;
    this.#ending.clear();
  }

  /** The rate and the next look at memory, after anything that may change them. */
  #retime(): void {
    const slice = Math.floor(this.#t / checkEvery);
    this.#nextCheck = (slice + 1) * checkEvery;
    const speed = this.config.speed?.((slice + 0.5) * checkEvery) ?? 1;
    this.#rate = speed / slowdown(this.config.curve, Math.max(1, this.#running.size));
  }
}
