import {
  startController,
  stepController,
  type AnyStrategy,
  type ControllerSetup,
  type ControllerState,
  type Observation,
  type Verdict,
} from '#libs/core';
import { anObservation } from '#libs/testing';
import { describe, expect, it } from 'vitest';

describe('the controller', () => {
  it('starts at the initial limit, within the bounds', () => {
    expect(startController(asking(4, { initial: 100 }))).toEqual({
      limit: 64,
      initial: 64,
      strategy: 0,
      was: 64,
      changedAt: 0,
    });
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

  it('holds for a strategy without its signal, whatever it asks for, and falls to where it began after 30 s', () => {
    const blind = stepping(answering({ limit: 8, reason: 'signal-stale', terms: { memory: 0.5 } }), { initial: 2 });
    const verdicts = seconds(blind, { ...startController(blind), limit: 4 }, 60);
    expect(verdicts[0]).toMatchObject({
      decision: { limit: 8, reason: 'signal-stale' },
      bounds: { in: 4, out: 4, bit: 'none' },
      reason: 'signal-stale',
      action: 'hold',
    });
    expect(verdicts[30]).toMatchObject({
      decision: { reason: 'signal-stale' },
      bounds: { in: 3.2 },
      reason: 'blind',
      action: 'decrease',
    });
    expect(verdicts.at(-1)?.limit.after).toBe(2.048);
    expect(seconds(blind, { ...startController(blind), limit: 4 }, 80).at(-1)?.limit.after).toBe(2);
  });

  it('cuts for memory while blind too', () => {
    const blind = stepping(answering({ limit: 4, reason: 'signal-stale' }));
    const { verdict, state } = turn(blind, anObservation({ jobs: { outOfMemory: 1 } }));
    expect(verdict).toMatchObject({ reason: 'oom-cut', limit: { after: 2.8 } });
    expect(state.blindness).toBeDefined();
  });

  it('never overrules an explicit limit, whatever reason it gives', () => {
    const said = answering({ limit: 9, reason: 'signal-stale' });
    const { state } = turn(stepping(said, {}, { explicit: true }));
    expect(state).toMatchObject({ limit: 9 });
    expect(state.blindness).toBeUndefined();
  });

  it('only records blindness in a dry run', () => {
    const blind = stepping(answering({ limit: 8, reason: 'signal-missing' }), { dryRun: true });
    const verdicts = seconds(blind, startController(blind), 60);
    expect(verdicts.at(-1)).toMatchObject({ reason: 'blind', limit: { after: 4 } });
  });

  it('neither ends nor lengthens blindness while the strategy fails', () => {
    const blind = stepping(answering({ limit: 4, reason: 'signal-stale' }));
    const before = turn(blind).state;
    const failed = stepController(stepping(throwing(new Error('no'))), before, anObservation({ seq: 1 }));
    expect(failed.state.blindness).toEqual(before.blindness);
    expect(failed.verdict.reason).toBe('strategy-error');
  });

  it('goes on from a state of older logs, which knew neither blindness nor the limit at the start', () => {
    const blind = stepping(answering({ limit: 8, reason: 'signal-stale' }));
    const { initial: _, ...older } = startController(blind);
    const { state } = stepController(blind, older, anObservation());
    expect(state).toMatchObject({ limit: 4, blindness: { since: 1000 } });
    expect(state).not.toHaveProperty('initial');
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

function seconds(setup: ControllerSetup, from: ControllerState, count: number): readonly Verdict[] {
  let state = from;
  return Array.from({ length: count }, (_, seq) => {
    const step = stepController(setup, state, anObservation({ seq, limit: state.limit }));
    state = step.state;
    return step.verdict;
  });
}
