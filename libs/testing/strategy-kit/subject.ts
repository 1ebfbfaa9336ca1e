import { applyBounds, type AnyStrategy, type Decision } from '#libs/core';
import type { History } from './histories.ts';

export interface Subject {
  readonly strategy: AnyStrategy;
  /** Parameters as a user gives them. */
  readonly parameters: unknown;
}

export const kitBounds = { min: 1, max: 64 };

/**
 * The parameters after the strategy's own schema.
 * @throws {Error} when the schema refuses them, or answers with a promise
 */
export function configOf({ strategy, parameters }: Subject): unknown {
  const result = strategy.config['~standard'].validate(parameters);
  if (result instanceof Promise) throw new Error('the schema validates asynchronously; a strategy is set up at once');
  if (result.issues !== undefined) {
    const issues = result.issues.map(({ message }) => message).join('; ');
    throw new Error(`the schema refuses ${JSON.stringify(parameters)}: ${issues}`);
  }
  return result.value;
}

export interface RunOptions {
  readonly from?: number;
  /** What becomes of the state between two periods. */
  readonly carry?: (state: unknown) => unknown;
}

/** Steps through a history, each decision bounded and put in force, as the controller does it. */
export function run(subject: Subject, history: History, options: RunOptions = {}): readonly Decision[] {
  const { strategy } = subject;
  const config = configOf(subject);
  const carry = options.carry ?? ((state) => state);
  let limit = options.from ?? 4;
  let state: unknown = strategy.initialState(config, limit);
  return history.map((period) => {
    const observation = period(limit);
    const step = strategy.step(carry(state), observation, config);
    state = step.state;
    limit = applyBounds(step.decision.limit, observation.limit, kitBounds, strategy.explicit === true).out;
    return step.decision;
  });
}
