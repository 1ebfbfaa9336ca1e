import {
  freezeController,
  overrideController,
  resumeController,
  startController,
  stepController,
  takesOrders,
  type AnyStrategy,
  type ControllerSetup,
  type ControllerState,
  type ControllerStep,
  type Observation,
} from '#libs/core';
import { anObservation, type ObservationFields } from '#libs/testing';
import { describe, expect, it } from 'vitest';

const word = { reason: 'a test at night', by: 'ann' };
const hour = 3_600_000;
const outOfMemory = { jobs: { outOfMemory: 1 } };

describe('an override', () => {
  it('takes the limit at once, without step limits, and says who, why and until when', () => {
    const { state, verdict } = step(setup(), overridden(40));
    expect(state.limit).toBe(40);
    expect(verdict).toMatchObject({
      mode: 'override',
      reason: 'override',
      action: 'increase',
      bounds: { in: 40, out: 40, bit: 'none' },
      override: { limit: 40, ...word, until: hour },
    });
    expect(verdict.override).not.toHaveProperty('mode');
  });

  it('steps and records the strategy, which stays without effect', () => {
    const { state, verdict } = step(setup({ wants: 7 }), overridden(2));
    expect(verdict).toMatchObject({ decision: { limit: 7, reason: 'headroom' }, limit: { after: 2 } });
    expect(state.strategy).toEqual({ began: 4, steps: 1 });
  });

  it('to 0 takes no jobs', () => {
    const paused = seconds(setup(), overridden(0), 3);
    expect(paused.verdict.limit).toMatchObject({ after: 0, gate: 0 });
    const cut = step(setup(), paused.state, { ...outOfMemory, t: 4000 });
    expect(cut.state.limit).toBe(0);
  });

  it('keeps to the least and the greatest limit', () => {
    expect(step(setup({ bounds: { min: 3, max: 64 } }), overridden(2)).verdict.bounds).toMatchObject({
      out: 3,
      bit: 'min',
    });
  });

  it('is cut for memory, and does not snap back in the next period', () => {
    const cut = step(setup(), step(setup(), overridden(20)).state, { ...outOfMemory, t: 2000 });
    expect(cut.verdict).toMatchObject({ mode: 'override', reason: 'oom-cut', limit: { after: 14 } });
    const next = step(setup(), cut.state, { t: 3000 });
    expect(next.verdict).toMatchObject({ reason: 'override', limit: { after: 14 }, override: { limit: 14 } });
  });

  it('is cut for memory also where the strategy is itself a person’s word', () => {
    const fixed = setup({ wants: 8, explicit: true });
    expect(step(fixed, startController(fixed), outOfMemory).state.limit).toBe(8);
    expect(step(fixed, overridden(8, fixed), outOfMemory).verdict).toMatchObject({
      reason: 'oom-cut',
      limit: { after: 2.8 },
    });
  });

  it('holds while the strategy is blind or fails', () => {
    const blind = setup({ reason: 'signal-stale' });
    expect(seconds(blind, overridden(20, blind), 90).verdict).toMatchObject({
      reason: 'override',
      limit: { after: 20 },
    });
    const failing = setup({ throws: true });
    expect(step(failing, overridden(20, failing)).verdict).toMatchObject({
      reason: 'override',
      limit: { after: 20 },
      decision: { reason: 'strategy-error' },
      error: { kind: 'threw' },
    });
  });

  it('ends by itself at its time, and the strategy begins anew at the limit in force', () => {
    const before = seconds(setup({ wants: 7 }), overridden(12, setup(), 3000), 2);
    expect(before.verdict.mode).toBe('override');
    const { state, verdict } = step(setup({ wants: 7 }), before.state, { t: 3000 });
    expect(verdict).toMatchObject({ mode: 'auto', reason: 'headroom', limit: { before: 12, after: 7 } });
    expect(verdict).not.toHaveProperty('override');
    expect(state.strategy).toEqual({ began: 12, steps: 1 });
    expect(state).not.toHaveProperty('order');
    expect(step(setup(), state, { t: 4000 }).state.strategy).toEqual({ began: 12, steps: 2 });
  });

  it('that paused ends at the least limit', () => {
    const paused = step(setup({ wants: 0.5 }), overridden(0)).state;
    const { state } = step(setup({ wants: 0.5 }), resumeController(paused), { t: 2000 });
    expect(state).toMatchObject({ limit: 1, strategy: { began: 1, steps: 1 } });
  });

  it('that paused does not outlast its end because the strategy fails then', () => {
    const failing = setup({ throws: true });
    const paused = step(failing, overridden(0, failing)).state;
    expect(step(failing, resumeController(paused), { t: 2000 }).state.limit).toBe(1);
  });

  it.each([
    ['more than the maximum', { limit: 65 }, 'BAD_LIMIT'],
    ['less than nothing', { limit: -1 }, 'BAD_LIMIT'],
    ['no number', { limit: Number.NaN }, 'BAD_LIMIT'],
    ['no reason', { reason: ' ' }, 'NO_REASON'],
    ['nobody behind it', { by: '' }, 'NO_AUTHOR'],
    ['no end', { until: Infinity }, 'BAD_UNTIL'],
  ])('with %s is refused', (_what, over, code) => {
    const order = { limit: 8, ...word, until: hour, ...over };
    expect(() => overrideController(setup(), startController(setup()), order)).toThrow(code);
  });
});

describe('a freeze', () => {
  it('leaves the limit as it is until somebody resumes', () => {
    const frozen = seconds(setup({ wants: 8 }), freezeController(setup(), startController(setup()), word), 500);
    expect(frozen.verdict).toMatchObject({ mode: 'frozen', reason: 'frozen', limit: { after: 4 }, override: word });
    expect(frozen.verdict.override).not.toHaveProperty('limit');
    const resumed = step(setup({ wants: 8 }), resumeController(frozen.state), { t: 501_000 });
    expect(resumed.verdict).toMatchObject({ mode: 'auto', limit: { after: 8 } });
    expect(resumed.state.strategy).toEqual({ began: 4, steps: 1 });
  });

  it('is lowered by out-of-memory, for good', () => {
    const frozen = freezeController(setup(), startController(setup()), word);
    const cut = step(setup(), frozen, outOfMemory);
    expect(cut.verdict).toMatchObject({ mode: 'frozen', reason: 'oom-cut', limit: { after: 2.8 } });
    expect(seconds(setup(), cut.state, 5).state.limit).toBe(2.8);
  });

  it('may end by itself', () => {
    const frozen = freezeController(setup(), startController(setup()), { ...word, until: 3000 });
    expect(seconds(setup({ wants: 8 }), frozen, 2).verdict.mode).toBe('frozen');
    expect(seconds(setup({ wants: 8 }), frozen, 3).verdict.mode).toBe('auto');
  });
});

describe('orders', () => {
  it('are as good as the last word', () => {
    const frozen = freezeController(setup(), step(setup(), overridden(12)).state, word);
    expect(step(setup(), frozen, { t: 2000 }).verdict).toMatchObject({ mode: 'frozen', limit: { after: 12 } });
    const again = overrideController(setup(), frozen, { limit: 3, ...word, until: hour });
    expect(step(setup(), again, { t: 2000 }).verdict).toMatchObject({ mode: 'override', limit: { after: 3 } });
  });

  it('that nobody gave cannot be ended, and what was taken back at once left no trace', () => {
    const state = startController(setup());
    expect(resumeController(state)).toEqual(state);
    const { strategy } = step(setup(), resumeController(overridden(12))).state;
    expect(strategy).toEqual({ began: 4, steps: 1 });
  });

  it('are not taken in a dry run', () => {
    const dry = { ...setup(), dryRun: true };
    expect(takesOrders(dry)).toBe(false);
    expect(takesOrders(setup())).toBe(true);
    expect(() => freezeController(dry, startController(dry), word)).toThrow('DRY_RUN');
    expect(() => overridden(8, dry)).toThrow('DRY_RUN');
  });

  it('leave nothing in the state but JSON', () => {
    const { state } = seconds(setup(), overridden(12), 3);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });
});

interface Wants {
  readonly wants?: number;
  readonly reason?: string;
  readonly throws?: boolean;
  readonly explicit?: true;
  readonly bounds?: ControllerSetup['bounds'];
}

/** From 1 to 64, beginning at 4; its state tells where the strategy began and how often it was stepped. */
function setup({ wants, reason = 'headroom', throws, explicit, bounds }: Wants = {}): ControllerSetup {
  const strategy: AnyStrategy = {
    name: 'spec',
    summary: '',
    config: { '~standard': { version: 1, vendor: 'spec', validate: (value) => ({ value }) } },
    ...(explicit && { explicit }),
    initialState: (_config, limit) => ({ began: limit, steps: 0 }),
    step(state: { readonly began: number; readonly steps: number }, observation) {
      if (throws) throw new Error('no idea');
      const decision = { limit: wants ?? observation.limit, reason };
      return { state: { ...state, steps: state.steps + 1 }, decision } as ReturnType<AnyStrategy['step']>;
    },
  };
  return { strategy, config: {}, bounds: bounds ?? { min: 1, max: 64 }, initial: 4, dryRun: false };
}

function overridden(limit: number, over = setup(), until = hour): ControllerState {
  return overrideController(over, startController(over), { limit, ...word, until });
}

function step(over: ControllerSetup, state: ControllerState, fields: ObservationFields = {}): ControllerStep {
  const observation: Observation = anObservation({ limit: state.limit, ...fields });
  return stepController(over, state, observation);
}

/** Periods of a second, the first at 1000 ms. */
function seconds(over: ControllerSetup, from: ControllerState, count: number): ControllerStep {
  let last = step(over, from);
  for (let seq = 1; seq < count; seq += 1) last = step(over, last.state, { seq });
  return last;
}
