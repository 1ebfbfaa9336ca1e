import { loadSettings, type Environment } from '#libs/config';
import { FlyballError, type ControllerSetup, type GuardConfig } from '#libs/core';
import { builtInStrategies } from '#libs/strategies';
import { chooseStrategy } from '../../worker/choose-strategy.ts';

export interface SimulatedSetup {
  readonly setup: ControllerSetup;
  readonly guard: GuardConfig;
}

/**
 * Controller and guard as a worker of this environment would have them: bounds, first limit, strategies and their
 * parameters.
 * @throws {FlyballError} INVALID_SETTINGS, NOT_SIMULATED, and what loading a strategy's module throws
 */
export async function setupOf(strategy: string | undefined, environment: Environment): Promise<SimulatedSetup> {
  const overrides = { CONCURRENCY_STRATEGY: strategy };
  const settings = loadSettings(environment, { strategies: builtInStrategies, overrides });
  const { strategies, min, max, initial, dryRun, guard } = settings.concurrency;
  if (strategies.includes('handler')) {
    throw new FlyballError(
      'NOT_SIMULATED',
      'The strategy "handler" asks the concurrency modifier of a handler, and a simulation runs none. Choose another one.',
    );
  }
  const chosen = await chooseStrategy(settings, builtInStrategies, environment);
  return { setup: { ...chosen, bounds: { min, max }, initial: Math.min(initial, max), dryRun }, guard };
}
