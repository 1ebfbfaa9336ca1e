import { Random, type Plant, type Scenario } from '#libs/simulation';

/**
 * Jobs without end that stand in for attempts running elsewhere, so that a simulated device shows what a real one would
 * while a real handler works.
 */
export class StandInJobs {
  readonly #plant: Plant;
  readonly #scenario: Scenario;
  readonly #count: () => number;
  readonly #random = new Random(1);
  readonly #ids: number[] = [];

  constructor(plant: Plant, scenario: Scenario, count: () => number) {
    this.#plant = plant;
    this.#scenario = scenario;
    this.#count = count;
  }

  /** As many on the device as there are attempts; what does not fit in memory is left out. */
  match(t: number): void {
    const wanted = this.#count();
    while (this.#ids.length > wanted) this.#plant.release(this.#ids.pop() ?? 0, t);
    while (this.#ids.length < wanted) {
      const job = this.#scenario.jobs(this.#random, t);
      const id = this.#plant.admit({ ...job, work: Infinity, memoryStart: job.memoryEnd }, t);
      if (this.#plant.advance(t).length > 0) return;
      this.#ids.push(id);
    }
  }
}
