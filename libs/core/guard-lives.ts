/** Of the moving means. */
const step = 0.05;

/** How long jobs run, from those that ended: what the ages of others tell. */
export class Lives {
  #ended = 0;
  #mean = 0;
  #square = 0;

  ended(life: number): void {
    this.#ended += 1;
    const share = Math.max(step, 1 / this.#ended);
    this.#mean += share * (life - this.#mean);
    this.#square += share * (life * life - this.#square);
  }

  /** R̄, ms; undefined before the first has ended. */
  get mean(): number | undefined {
    return this.#mean > 0 ? this.#mean : undefined;
  }

  /** Mean age of jobs in flight that come and go steadily, E[R²]/2E[R] (renewal theory: the long are met more often). */
  get meanAge(): number | undefined {
    return this.#square > 0 ? this.#square / (2 * this.#mean) : undefined;
  }
}
