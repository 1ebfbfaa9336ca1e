/** A plain mean of the first 10 values, then an exponential average as if over `window`: a = 2/(window + 1). */
export class WarmAverage {
  readonly #weight: number;
  #count = 0;
  value = 0;

  constructor(window: number) {
    this.#weight = 2 / (window + 1);
  }

  add(sample: number): number {
    this.#count += 1;
    const weight = this.#count <= 10 ? 1 / this.#count : this.#weight;
    this.value += weight * (sample - this.value);
    return this.value;
  }
}
