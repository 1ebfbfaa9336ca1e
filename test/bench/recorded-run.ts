import {
  observationOf,
  startController,
  stepController,
  type AnyStrategy,
  type ControllerSetup,
  type ControllerState,
  type Observation,
} from '#libs/core';
import { namedScenarios, simulate } from '#libs/simulation';

/** A run of S1 that a strategy has steered, stepped through again and again: the limits are found again, too. */
export class RecordedRun {
  readonly #setup: ControllerSetup;
  readonly #observations: readonly Observation[];
  #state: ControllerState;
  #next = 0;

  constructor(strategy: AnyStrategy) {
    const result = strategy.config['~standard'].validate({});
    if (result instanceof Promise || result.issues) throw new Error(`${strategy.name} needs parameters`);
    const bounds = { min: 1, max: 64 };
    this.#setup = { strategy, config: result.value, bounds, initial: 2, dryRun: false };
    const { records } = simulate({ scenario: namedScenarios.S1, setup: this.#setup, seed: 1 });
    this.#observations = records.map(observationOf);
    this.#state = startController(this.#setup);
  }

  /** One control period; says whether an epoch closed with it. */
  step(): boolean {
    if (this.#next === this.#observations.length) {
      this.#state = startController(this.#setup);
      this.#next = 0;
    }
    // The index stays below the length.
    this.#state = stepController(this.#setup, this.#state, this.#observations[this.#next]!).state;
    this.#next += 1;
    return hasClosed(this.#state.strategy);
  }
}

/** A law's epoch is its own, or that of the one below it; just after a close nothing has passed in it. */
function hasClosed(state: unknown): boolean {
  const { epoch, aimd } = (state ?? {}) as { readonly epoch?: { elapsed: number }; readonly aimd?: unknown };
  return epoch === undefined ? aimd !== undefined && hasClosed(aimd) : epoch.elapsed === 0;
}
