import {
  startController,
  stepController,
  type AnyStrategy,
  type ControllerSetup,
  type Observation,
  type Verdict,
} from '#libs/core';
import { anObservation } from '#libs/testing';
import { describe, expect, it } from 'vitest';

describe('the controller', () => {
  it('starts at the initial limit, within the bounds', () => {
    expect(startController(asking(4, { initial: 100 }))).toEqual({ limit: 64, strategy: 0, was: 64, changedAt: 0 });
  });

  it('puts the decision in force and tells the gate the floor of it', () => {
    const { state, verdict } = turn(asking(5.7));
    expect(state.limit).toBe(5.7);
    expect(verdict).toMatchObject({
      action: 'increase',
      reason: 'headroom',
      limit: { before: 4, after: 5.7, gate: 5, since: 0, was: 4 },
    });
  });

  it('holds while only the fraction moves, and remembers since when', () => {
    const setup = asking(4.4);
    const first = stepController(setup, startController(setup), anObservation({ t: 5000 }));
    expect(first.verdict).toMatchObject({ action: 'hold', limit: { gate: 4, since: 5000, was: 4 } });
  });

  it('bounds a leap and says which bound bit', () => {
    expect(turn(asking(50)).verdict).toMatchObject({ bounds: { in: 50, out: 8, bit: 'step-up' }, reason: 'headroom' });
    expect(turn(asking(0)).verdict).toMatchObject({ bounds: { out: 2, bit: 'step-down' }, action: 'decrease' });
  });

  it('obeys an explicit limit at once, also 0', () => {
    const explicit = { explicit: true } as const;
    expect(turn(asking(50, {}, explicit)).state.limit).toBe(50);
    expect(turn(asking(0, {}, explicit)).state.limit).toBe(0);
    expect(turn(asking(1e9, {}, explicit)).verdict).toMatchObject({ bounds: { out: 64, bit: 'max' } });
  });

  it.each([
    ['throws', throwing(new RangeError('no idea')), 'threw', 'RangeError', 'no idea'],
    ['throws what is no error', throwing('just text'), 'threw', 'Error', 'just text'],
    ['answers NaN', answering({ limit: Number.NaN }), 'not-finite', 'RangeError', 'asked for a limit of NaN'],
    ['answers infinity', answering({ limit: Infinity }), 'not-finite', 'RangeError', 'Infinity'],
    ['answers a negative limit', answering({ limit: -1 }), 'not-finite', 'RangeError', '-1'],
    ['answers a text', answering({ limit: '8' }), 'not-finite', 'RangeError', '8'],
    ['answers a promise', (): unknown => Promise.resolve(), 'threw', 'TypeError', 'at once'],
    [
      'loses its state',
      (): unknown => ({ state: undefined, decision: { limit: 8 } }),
      'bad-state',
      'TypeError',
      'no state',
    ],
  ])('holds the limit and keeps the old state when the strategy %s', (_what, step, kind, name, message) => {
    const { state, verdict } = turn(stepping(step as AnyStrategy['step']));
    expect(state).toMatchObject({ limit: 4, strategy: 0 });
    expect(verdict).toMatchObject({ reason: 'strategy-error', action: 'hold', error: { kind, name } });
    expect(verdict.error?.message).toContain(message);
  });

  it('cuts for an out-of-memory failure whatever the strategy wants, down to the minimum', () => {
    const outOfMemory = anObservation({ jobs: { outOfMemory: 1 } });
    expect(turn(asking(8), outOfMemory).verdict).toMatchObject({ reason: 'oom-cut', limit: { after: 2.8 } });
    expect(turn(asking(8, { initial: 1 }), outOfMemory).verdict.limit.after).toBe(1);
    expect(turn(asking(2), outOfMemory).verdict.limit.after).toBe(2);
  });

  it('only records in a dry run', () => {
    const { state, verdict } = turn(asking(8, { dryRun: true }));
    expect(state.limit).toBe(4);
    expect(verdict).toMatchObject({ mode: 'dry-run', decision: { limit: 8 }, action: 'hold', reason: 'headroom' });
  });

  it('drops terms that JSON could not carry', () => {
    const terms = { slack: 0.5, ratio: Number.NaN };
    expect(turn(stepping(answering({ limit: 4, reason: 'steady', terms }))).verdict.decision.terms).toEqual({
      slack: 0.5,
    });
  });
});

const schema: AnyStrategy['config'] = {
  '~standard': { version: 1, vendor: 'spec', validate: (value) => ({ value }) },
};

function stepping(
  step: AnyStrategy['step'],
  setup: Partial<ControllerSetup> = {},
  more: Pick<AnyStrategy, 'explicit'> = {},
): ControllerSetup {
  const strategy: AnyStrategy = { name: 'spec', summary: '', config: schema, initialState: () => 0, step, ...more };
  return { strategy, config: {}, bounds: { min: 1, max: 64 }, initial: 4, dryRun: false, ...setup };
}

function asking(
  limit: number,
  setup: Partial<ControllerSetup> = {},
  more: Pick<AnyStrategy, 'explicit'> = {},
): ControllerSetup {
  return stepping(answering({ limit, reason: 'headroom' }), setup, more);
}

function answering(decision: object): AnyStrategy['step'] {
  return () => ({ state: 1, decision }) as ReturnType<AnyStrategy['step']>;
}

function throwing(error: unknown): AnyStrategy['step'] {
  return () => {
    throw error;
  };
}

function turn(
  setup: ControllerSetup,
  observation: Observation = anObservation(),
): { readonly state: ReturnType<typeof startController>; readonly verdict: Verdict } {
  return stepController(setup, startController(setup), observation);
}
