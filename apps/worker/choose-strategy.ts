import { isStrategyPath, strategyParameters, type Environment, type Settings } from '#libs/config';
import { FlyballError, type AnyStrategy } from '#libs/core';
import { loadStrategy } from './load-strategy.ts';

export interface ChosenStrategy {
  readonly strategy: AnyStrategy;
  /** Output of its schema: defaults filled in. */
  readonly config: unknown;
}

/**
 * The strategy of CONCURRENCY_STRATEGY with its parameters: a known one by name, or one loaded from a path.
 * @throws {FlyballError} STRATEGY_NOT_FOUND, NOT_A_STRATEGY, INVALID_SETTINGS
 */
export async function chooseStrategy(
  settings: Settings,
  known: readonly AnyStrategy[],
  environment: Environment,
): Promise<ChosenStrategy> {
  const { strategy: name, parameters } = settings.concurrency;
  if (isStrategyPath(name)) {
    const strategy = await loadStrategy(name);
    return { strategy, config: validated(strategy, strategyParameters(environment, strategy, known)) };
  }
  const strategy = known.find((each) => each.name === name);
  if (strategy === undefined)
    throw new FlyballError('UNKNOWN_STRATEGY', `CONCURRENCY_STRATEGY="${name}" is not known.`);
  return { strategy, config: validated(strategy, parameters[name] ?? {}) };
}

function validated(strategy: AnyStrategy, parameters: unknown): unknown {
  const result = strategy.config['~standard'].validate(parameters);
  if (!(result instanceof Promise) && result.issues === undefined) return result.value;
  const why =
    result instanceof Promise ? 'its schema is asynchronous' : result.issues?.map(({ message }) => message).join('; ');
  throw new FlyballError('INVALID_SETTINGS', `The parameters of the strategy "${strategy.name}" are refused: ${why}.`);
}
