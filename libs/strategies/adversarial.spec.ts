import { beforeAll, describe, expect, it } from 'vitest';
import {
  startController,
  stepController,
  type AnyStrategy,
  type ControllerSetup,
  type ControllerState,
} from '#libs/core';
import { Random } from '#libs/simulation';
import { builtInStrategies } from '#libs/strategies';
import { gradient } from '../../test/bench/candidates/gradient.ts';
import { vegas } from '../../test/bench/candidates/vegas.ts';
import { AbsurdPeriods } from '../testing/strategy-kit/absurd.ts';

/** What a strategy is given and how it fared. */
interface Trial {
  readonly name: string;
  readonly setup: ControllerSetup;
  state: ControllerState;
  steps: number;
  /** Of the limit in the last tenth, other than by running out of memory. */
  changes: number;
  largestState: number;
  /** Limits that cannot be, in words. */
  readonly wrongLimits: string[];
  /** States that are not the same after JSON. */
  readonly wrongStates: string[];
  readonly errors: string[];
}

const bounds = { min: 1, max: 64 };
const shipped = builtInStrategies.map((strategy) => trialOf(strategy, {}));
const signalled = [
  ...signals('threshold', ['deadline-misses', 'gpu-utilization', 'gpu-memory', 'queue-depth']),
  ...signals('pid', ['slack', 'gpu-utilization', 'gpu-memory', 'queue-wait'], { td: 2 }),
  trialOf(vegas, {}),
  trialOf(gradient, {}),
];

describe.each([
  { trials: shipped, steps: 100_000, seed: 1 },
  { trials: signalled, steps: 5000, seed: 2 },
])('over $steps periods of what cannot be', ({ trials, steps, seed }) => {
  beforeAll(() => playAll(trials, steps, seed), 120_000);

  describe.each(trials)('$name', (trial) => {
    it('has a finite limit within its bounds', () => {
      expect(trial.steps).toBe(steps);
      expect(trial.wrongLimits.slice(0, 5)).toEqual([]);
    });

    it('keeps its state as JSON of at most 64 kB', () => {
      expect(trial.wrongStates.slice(0, 5)).toEqual([]);
      expect(trial.largestState).toBeLessThanOrEqual(64 * 1024);
    });

    it('neither throws nor asks for what is no limit', () => {
      expect(trial.errors.slice(0, 5)).toEqual([]);
    });

    it('is not stuck at the end', () => {
      expect(trial.changes).toBeGreaterThan(0);
    });
  });
});

/** All on the same periods, each at its own limit. */
function playAll(trials: readonly Trial[], steps: number, seed: number): void {
  const random = new Random(seed);
  const periods = new AbsurdPeriods(() => random.uniform());
  for (let seq = 0; seq < steps; seq += 1) {
    const period = periods.next();
    // Now and then someone else moves the limit.
    const outside = random.uniform() < 0.01 ? 1 + 63 * random.uniform() : undefined;
    for (const trial of trials) step(trial, period, { outside, isLate: seq >= 0.9 * steps });
  }
}

function step(
  trial: Trial,
  period: ReturnType<AbsurdPeriods['next']>,
  { outside, isLate }: { readonly outside: number | undefined; readonly isLate: boolean },
): void {
  const { strategy } = trial.setup;
  const before = outside === undefined ? trial.state : { ...trial.state, limit: outside };
  const { state, verdict } = stepController(trial.setup, before, { ...period, limit: before.limit });
  const { after, gate } = verdict.limit;
  const lowest = strategy.explicit === true ? 0 : bounds.min;
  const where = `period ${period.seq}: `;
  if (!(after >= lowest && after <= bounds.max) || gate !== Math.floor(after)) trial.wrongLimits.push(where + after);
  // What a person's own modifier answers may be no limit; that is said.
  const { error } = verdict;
  if (error && strategy.name !== 'handler') trial.errors.push(`${where}${error.message}`);
  if (isLate && verdict.action !== 'hold' && verdict.reason !== 'oom-cut') trial.changes += 1;
  trial.steps += 1;
  trial.state = state;
  if (period.seq % 200 === 0) throughJson(trial, where);
}

/** Goes on with what a log would have kept of it. */
function throughJson(trial: Trial, where: string): void {
  const text = JSON.stringify(trial.state, (key, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) trial.wrongStates.push(`${where}${key} is ${value}`);
    return value;
  });
  trial.largestState = Math.max(trial.largestState, text.length);
  trial.state = JSON.parse(text) as ControllerState;
}

function trialOf(strategy: AnyStrategy, parameters: Readonly<Record<string, unknown>>): Trial {
  const result = strategy.config['~standard'].validate(parameters);
  if (result instanceof Promise || result.issues) throw new Error(`${strategy.name} refuses its parameters`);
  const setup = { strategy, config: result.value, bounds, initial: 4, dryRun: false };
  const given = Object.keys(parameters).length > 0 ? ` ${JSON.stringify(parameters)}` : '';
  return {
    name: strategy.name + given,
    setup,
    state: startController(setup),
    steps: 0,
    changes: 0,
    largestState: 0,
    wrongLimits: [],
    wrongStates: [],
    errors: [],
  };
}

function signals(name: string, of: readonly string[], more: Readonly<Record<string, number>> = {}): readonly Trial[] {
  const strategy = builtInStrategies.find((known) => known.name === name);
  return strategy === undefined ? [] : of.map((signal) => trialOf(strategy, { signal, ...more }));
}
