import { defaultGuard, leastOf, type AnyStrategy, type ControllerSetup, type Shadow } from '#libs/core';
import { ClosedLoop, type Tally } from '#libs/simulation';
import { builtInStrategies } from '#libs/strategies';
import { plantOf } from './plant-of.ts';
import type { RunFile } from './schema.ts';
import { SteeredLimiter, type SteeredPeriod } from './steered-limiter.ts';

export interface ScenarioRun {
  readonly periods: readonly SteeredPeriod[];
  readonly tally: Tally;
  /** ms. */
  readonly duration: number;
}

/** One run of a data file: the product's gate arithmetic, guard, window and controller around its plant. */
export function runScenario(file: RunFile, seed: number): ScenarioRun {
  const scenario = plantOf(file.plant);
  const { orders, modifier, hints } = file;
  const guard = file.guard ? defaultGuard : undefined;
  const limiter = new SteeredLimiter(setupOf(file), { orders, modifier, guardFacts: (t) => loop.guard?.period(t) });
  const loop: ClosedLoop = new ClosedLoop({ scenario, seed, hints, guard }, () => limiter);
  loop.runUntil(scenario.duration);
  return { periods: limiter.periods, tally: loop.tally, duration: scenario.duration };
}

function setupOf({ strategy, shadows, min, max, initial, dryRun }: RunFile): ControllerSetup {
  const members = Object.entries(strategy).map(([name, parameters]) => lawOf(name, parameters));
  const [only] = members;
  if (only === undefined) throw new RangeError('no strategy');
  const alone = members.length === 1;
  const watched = Object.entries(shadows).map(([name, parameters]) => lawOf(name, parameters));
  return {
    strategy: alone ? only.strategy : leastOf(members.map((member) => member.strategy)),
    config: alone ? only.config : members.map(({ config }) => config),
    bounds: { min, max },
    initial,
    dryRun,
    ...(watched.length > 0 && { shadows: watched }),
  };
}

function lawOf(name: string, parameters: object): Shadow {
  const strategy: AnyStrategy | undefined = builtInStrategies.find((known) => known.name === name);
  const parsed = strategy?.config['~standard'].validate(parameters);
  if (strategy === undefined || parsed === undefined || parsed instanceof Promise || parsed.issues !== undefined) {
    throw new RangeError(`no strategy "${name}" with ${JSON.stringify(parameters)}`);
  }
  return { strategy, config: parsed.value };
}
