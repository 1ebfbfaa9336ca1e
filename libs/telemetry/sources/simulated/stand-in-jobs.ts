import { Random, type Plant, type Scenario } from '#libs/simulation';

/** Attempts that run somewhere else than on the simulated device. */
export interface Attempts {
  running(): number;
  /** Says at once whenever their number may have changed. */
  onChange(changed: () => void): void;
}

/**
 * Jobs without end that stand in for attempts running elsewhere, so that a simulated device shows what a real one would
 * while a real handler works.
 */
export class StandInJobs {
  readonly #plant: Plant;
  readonly #scenario: Scenario;
  readonly #attempts: Attempts;
  readonly #random = new Random(1);
  readonly #ids: number[] = [];

  /** `now`: the clock that drives the plant, monotonic ms. */
  constructor(plant: Plant, scenario: Scenario, options: { readonly attempts: Attempts; readonly now: () => number }) {
    this.#plant = plant;
    this.#scenario = scenario;
    this.#attempts = options.attempts;
    // Not only when the device is read: its sample of this second would show the jobs of the second before, as if new.
    this.#attempts.onChange(() => this.match(options.now()));
  }

  /** As many on the device as there are attempts; what does not fit in memory is left out. */
  match(t: number): void {
    const wanted = this.#attempts.running();
    while (this.#ids.length > wanted) this.#plant.release(this.#ids.pop() ?? 0, t);
    while (this.#ids.length < wanted) {
      const job = this.#scenario.jobs(this.#random, t);
      const id = this.#plant.admit({ ...job, work: Infinity, memoryStart: job.memoryEnd }, t);
      if (this.#plant.advance(t).length > 0) return;
      this.#ids.push(id);
    }
  }
}
