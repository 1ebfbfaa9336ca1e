import type { AnyStrategy, ControllerSetup } from '#libs/core';
import { ControllerLimiter, FixedLimiter, type Limiter, type Random } from '#libs/simulation';
import { builtInStrategies } from '#libs/strategies';

/** One law under test: by name, so that a worker thread can build it. */
export interface Subject {
  readonly name: string;
  readonly kind: 'ours' | 'candidate' | 'peer' | 'peer+guard' | 'fixed';
  readonly guard: boolean;
  create(random: Random): Limiter;
}

export const bounds = { min: 1, max: 64 };

export function strategySubject(
  strategy: AnyStrategy,
  options: {
    readonly kind: Subject['kind'];
    readonly guard: boolean;
    readonly parameters?: object;
    readonly name?: string;
  },
): Subject {
  const { kind, guard, parameters = {}, name = strategy.name } = options;
  const setup = setupOf(strategy, parameters);
  return { name, kind, guard, create: () => new ControllerLimiter(setup, { endpoint: 'bench' }) };
}

export function fixedSubject(limit: number, guard: boolean): Subject {
  return { name: `fixed ${limit}`, kind: 'fixed', guard, create: () => new FixedLimiter(limit) };
}

export function setupOf(strategy: AnyStrategy, parameters: object): ControllerSetup {
  const result = strategy.config['~standard'].validate(parameters);
  if (result instanceof Promise || result.issues !== undefined) {
    throw new RangeError(`${strategy.name} refuses ${JSON.stringify(parameters)}`);
  }
  return { strategy, config: result.value, bounds, initial: 1, dryRun: false };
}

export const ourSubjects: readonly Subject[] = builtInStrategies
  .filter(({ name }) => name !== 'fixed' && name !== 'handler')
  .map((strategy) => strategySubject(strategy, { kind: 'ours', guard: true }));
