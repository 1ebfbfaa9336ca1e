import { Extreme } from './guard-extreme.ts';
import { MemoryLine } from './guard-line.ts';

/**
 * Memory with no job after the model is loaded, bytes: the least reading at I = 0. Before the first job the latest one
 * instead, for the model may still be loading. Without any such reading it is where a {@link MemoryLine} meets 0. Another
 * tenant lifts it to the least (reading − Σ h·μ) of ten minutes.
 */
export class BaseMemory {
  #value: number | undefined;
  #measured = false;
  #stands = false;
  /** No job has run since the process began. */
  #fresh = true;
  /** The model may still be loading, and there is no base from before. */
  #loading = true;
  readonly #unexplained = new Extreme(Math.min);
  readonly #line = new MemoryLine();

  /** `value`: where it is known beforehand. */
  constructor(value?: number) {
    this.#value = value;
    this.#measured = value !== undefined;
  }

  /** Undefined while nothing tells it from the jobs. */
  get value(): number | undefined {
    return this.#value;
  }

  /** Bytes per unit of h, while the base is still being told from the jobs; undefined once it stands. */
  get slope(): number | undefined {
    return this.#settled ? undefined : this.#line.meets0?.slope;
  }

  started(): void {
    this.#fresh = false;
    this.#loading = false;
  }

  /** The handler loads its model again: until jobs run, readings are of a process that is not there yet. */
  lost(): void {
    this.#fresh = true;
    this.#loading = !this.#measured;
  }

  /** Readings tell it from the jobs no better than so far. */
  settle(): void {
    this.#stands = true;
  }

  idle(reading: number): void {
    if (this.#value === undefined || !this.#measured || this.#loading) this.#value = reading;
    else if (!this.#fresh) this.#value = Math.min(this.#value, reading);
    this.#measured = true;
  }

  /** With `jobs` in flight, of sizes that add up to `size`. */
  busy(reading: number, jobs: number, size: number): void {
    if (!this.#settled) {
      this.#line.add(size, reading, jobs);
      this.#value = this.#line.meets0?.base;
    }
    // Less than with no job at all is never read.
    if (this.#value !== undefined) this.#value = Math.min(this.#value, reading);
  }

  /** After learning: what the footprints `leave` of a reading. */
  explained(leave: number, t: number): void {
    this.#unexplained.see(leave, t);
    if (this.#value === undefined || !this.#unexplained.full(t)) return;
    this.#value = Math.max(this.#value, this.#unexplained.best ?? 0);
  }

  get #settled(): boolean {
    return this.#measured || this.#stands || this.#line.done;
  }
}
