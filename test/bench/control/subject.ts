import type { AnyStrategy, ControllerSetup } from '#libs/core';
import { ControllerLimiter, type Limiter, type Random } from '#libs/simulation';
import type { SubjectKind } from '../report/results.ts';

/** One law under test: by name, so that a worker thread can build it. */
export interface Subject {
  readonly name: string;
  /** What it is a form of. */
  readonly law: string;
  readonly kind: SubjectKind;
  readonly guard: boolean;
  create(random: Random): Limiter;
}

/** The product's defaults. */
export const bounds = { min: 1, max: 64 };

export function strategySubject(
  strategy: AnyStrategy,
  options: Pick<Subject, 'kind' | 'guard'> & { readonly parameters?: object; readonly name?: string },
): Subject {
  const { kind, guard, parameters = {}, name = strategy.name } = options;
  const setup = setupOf(strategy, parameters);
  const create = (): Limiter => new ControllerLimiter(setup, { endpoint: 'bench' });
  return { name, law: strategy.name, kind, guard, create };
}

function setupOf(strategy: AnyStrategy, parameters: object): ControllerSetup {
  const result = strategy.config['~standard'].validate(parameters);
  if (result instanceof Promise || result.issues !== undefined) {
    throw new RangeError(`${strategy.name} refuses ${JSON.stringify(parameters)}`);
  }
  return { strategy, config: result.value, bounds, initial: 1, dryRun: false };
}
