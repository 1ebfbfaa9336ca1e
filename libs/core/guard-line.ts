/** From fewer readings no line is laid; from more it becomes no better. */
const [fewest, enough] = [5, 40];

/**
 * Least squares of readings over Σ h, to tell the base from the jobs where memory was never read without any: the line is
 * laid one standard error steeper, for a base too low only makes footprints too large. Bytes.
 */
export class MemoryLine {
  #readings = 0;
  readonly #jobs = new Set<number>();
  #x = 0;
  #y = 0;
  #xx = 0;
  #xy = 0;
  #yy = 0;
  #least = Infinity;

  get done(): boolean {
    return this.#readings >= enough && this.meets0 !== undefined;
  }

  add(size: number, reading: number, jobs: number): void {
    this.#readings += 1;
    if (this.#jobs.size < 2) this.#jobs.add(jobs);
    this.#least = Math.min(this.#least, reading);
    // Welford: sums around the mean, for memory is large and its differences small.
    const [dx, dy] = [size - this.#x, reading - this.#y];
    this.#x += dx / this.#readings;
    this.#y += dy / this.#readings;
    this.#xx += dx * (size - this.#x);
    this.#xy += dx * (reading - this.#y);
    this.#yy += dy * (reading - this.#y);
  }

  /** Undefined before two different numbers of jobs were read. */
  get meets0(): { readonly base: number; readonly slope: number } | undefined {
    if (this.#jobs.size < 2 || this.#readings < fewest || !(this.#xx > 0)) return undefined;
    const slope = Math.max(0, this.#xy / this.#xx);
    const rest = Math.max(0, this.#yy - slope * this.#xy);
    const error = Math.sqrt(rest / (this.#readings - 2) / this.#xx);
    const base = Math.max(0, Math.min(this.#least, this.#y - (slope + error) * this.#x));
    return { base, slope: (this.#y - base) / this.#x };
  }
}
