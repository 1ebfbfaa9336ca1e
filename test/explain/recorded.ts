import { defaultGuard, recordVersion, type DecisionRecord, type Observation, type Shadow } from '#libs/core';
import { ClosedLoop } from '#libs/simulation';
import { builtInStrategies } from '#libs/strategies';
import { scenarioFiles } from '../scenarios/files.ts';
import { plantOf } from '../scenarios/plant-of.ts';
import { SteeredLimiter } from '../scenarios/steered-limiter.ts';

/** Wall clock at the start of every recording: the texts must not depend on the day. */
const startedAt = Date.UTC(2026, 8, 21, 14);

/**
 * The decision records of one run of a scenario's data file: the product's window, controller, guard and gate arithmetic
 * around the simulated plant. `failsAt`: the strategy throws in this period.
 */
export function recordsOf(name: string, { failsAt }: { readonly failsAt?: number } = {}): readonly DecisionRecord[] {
  const file = scenarioFiles().find((each) => each.name === name)?.file;
  const [law, ...others] = Object.entries(file?.strategy ?? {});
  if (file === undefined || law === undefined || others.length > 0)
    throw new RangeError(`no scenario of one law "${name}"`);
  const { strategy, config } = lawOf(...law);
  const seen: Observation[] = [];
  const watched: Shadow['strategy'] = {
    ...strategy,
    step(state, observation, parameters) {
      seen.push(observation);
      if (observation.seq === failsAt) throw new TypeError("Cannot read properties of undefined (reading 'p95')");
      return strategy.step(state, observation, parameters);
    },
  };
  const { min, max, initial, dryRun, orders, hints, guard } = file;
  const limiter = new SteeredLimiter(
    { strategy: watched, config, bounds: { min, max }, initial, dryRun },
    { orders, modifier: file.modifier, guardFacts: (t) => loop.guard?.period(t) },
  );
  const scenario = plantOf(file.plant);
  const [seed = 1] = file.seeds;
  const options = { scenario, seed, hints, guard: guard ? defaultGuard : undefined };
  const loop: ClosedLoop = new ClosedLoop(options, () => limiter);
  loop.runUntil(scenario.duration);
  return limiter.periods.map(({ verdict, guard: facts }, index) => {
    const { seq, t, period, ...observation } = seen[index]!;
    const identity = { worker: '9f3c21aa', endpoint: name, strategy: strategy.name, configHash: '' };
    const times = { v: recordVersion, seq, at: startedAt + t, t, period } as const;
    return { ...times, ...identity, ...verdict, observation, ...(facts && { guard: facts }) };
  });
}

function lawOf(name: string, parameters: object): Shadow {
  const strategy = builtInStrategies.find((known) => known.name === name);
  const parsed = strategy?.config['~standard'].validate(parameters);
  if (strategy === undefined || parsed === undefined || parsed instanceof Promise || parsed.issues !== undefined) {
    throw new RangeError(`no strategy "${name}" with ${JSON.stringify(parameters)}`);
  }
  return { strategy, config: parsed.value };
}
