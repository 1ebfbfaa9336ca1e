import {
  seenFrom,
  startController,
  stepController,
  type AnyStrategy,
  type ControllerSetup,
  type ControllerState,
  type ControllerStep,
  type Observation,
} from '#libs/core';
import { anObservation, type ObservationFields } from '#libs/testing';
import { describe, expect, it } from 'vitest';

describe('a shadow', () => {
  it('is recorded and has no effect', () => {
    const alone = run(setup([]), 20);
    const { verdict } = run(setup([adding(3)]), 20);
    expect(verdict.shadows).toHaveLength(1);
    expect({ ...verdict, shadows: undefined }).toEqual({ ...alone.verdict, shadows: undefined });
  });

  it('goes its own way from its own limit', () => {
    const { verdict } = run(setup([adding(-0.5, 'signal-high')]), 4);
    expect(verdict.limit.after).toBe(4);
    expect(verdict.shadows).toEqual([{ strategy: 'adding', limit: 2, reason: 'signal-high', terms: { saw: 2.5 } }]);
  });

  it('stops within one move of 1/0.9 of the limit in force if it grows only while its limit is used', () => {
    const { verdict } = run(setup([adding(1, 'headroom')]), 60);
    expect(verdict.limit.after).toBe(4);
    expect(verdict.shadows?.[0]?.limit).toBe(5);
  });

  it('is bounded as if its limits had been in force', () => {
    expect(run(setup([adding(100)]), 1).verdict.shadows?.[0]?.limit).toBe(8);
    expect(run(setup([adding(-3)]), 9).verdict.shadows?.[0]?.limit).toBe(1);
  });

  it('is cut for memory and goes blind like the strategy that decides', () => {
    expect(run(setup([adding(0)]), 1, { jobs: { outOfMemory: 1 } }).verdict.shadows?.[0]).toMatchObject({
      limit: 2.8,
      reason: 'oom-cut',
    });
    const blind = run(setup([adding(0, 'signal-stale')]), 31).verdict;
    expect(blind.shadows?.[0]).toMatchObject({ limit: 4, reason: 'blind' });
  });

  it('that fails is counted as an error of its own and holds', () => {
    const { verdict } = run(setup([failing, adding(0)]), 2);
    expect(verdict.error).toBeUndefined();
    expect(verdict.shadows).toMatchObject([
      { strategy: 'failing', limit: 4, reason: 'strategy-error', error: { kind: 'threw', message: 'no idea' } },
      { strategy: 'adding', limit: 4 },
    ]);
  });

  it('acts on its own limit also in a dry run', () => {
    const { verdict } = run({ ...setup([adding(-0.5, 'signal-high')]), dryRun: true }, 4);
    expect(verdict.limit.after).toBe(4);
    expect(verdict.shadows?.[0]).toMatchObject({ limit: 2 });
  });

  it('begins at its first period where a state of older logs knows none', () => {
    const { shadows: _, ...older } = startController(setup([adding(1)]));
    expect(stepController(setup([adding(1)]), older, anObservation()).verdict.shadows?.[0]?.limit).toBe(5);
  });
});

describe('what a strategy sees whose limit is not in force', () => {
  it('is its own limit, used while it is within 1/0.9 of the one in force', () => {
    const observation = anObservation({ limit: 9, limited: 0.75 });
    expect(seenFrom(10, observation)).toEqual({ ...observation, limit: 10 });
    expect(seenFrom(10.1, observation)).toEqual({ ...observation, limit: 10.1, limited: 0 });
    expect(seenFrom(3, observation)).toMatchObject({ limit: 3, limited: 0.75 });
  });
});

const schema: AnyStrategy['config'] = {
  '~standard': { version: 1, vendor: 'spec', validate: (value) => ({ value }) },
};

/** Adds to the limit that it sees; growth needs a limit that was used. */
function adding(by: number, reason = 'headroom'): AnyStrategy {
  const step = (_state: unknown, { limit, limited }: Observation): unknown => ({
    state: 1,
    decision: { limit: Math.max(0, limit + (by > 0 && limited < 0.5 ? 0 : by)), reason, terms: { saw: limit } },
  });
  return { name: 'adding', summary: '', config: schema, initialState: () => 0, step: step as AnyStrategy['step'] };
}

const failing: AnyStrategy = {
  ...adding(0),
  name: 'failing',
  step() {
    throw new Error('no idea');
  },
};

/** A strategy that holds 4, and its shadows. */
function setup(shadows: readonly AnyStrategy[]): ControllerSetup {
  const watched = shadows.map((strategy) => ({ strategy, config: {} }));
  const bounds = { min: 1, max: 64 };
  return { strategy: adding(0, 'steady'), config: {}, bounds, initial: 4, dryRun: false, shadows: watched };
}

function run(over: ControllerSetup, count: number, fields: ObservationFields = {}): ControllerStep {
  let state: ControllerState = startController(over);
  let step: ControllerStep | undefined;
  for (let seq = 0; seq < count; seq += 1) {
    step = stepController(over, state, anObservation({ seq, limit: state.limit, ...fields }));
    state = step.state;
  }
  return step!;
}
