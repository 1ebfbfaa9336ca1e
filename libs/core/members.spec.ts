import {
  leastOf,
  startController,
  stepController,
  type AnyStrategy,
  type ControllerSetup,
  type ControllerState,
  type Observation,
  type Verdict,
} from '#libs/core';
import { anObservation, type ObservationFields } from '#libs/testing';
import { describe, expect, it } from 'vitest';

describe('the least of several strategies', () => {
  it('takes the least limit, and says who wanted what and whose word it was', () => {
    const [verdict] = run([holding(9, 'wide'), holding(5, 'tight')], 1);
    expect(verdict).toMatchObject({
      limit: { after: 5 },
      decision: { limit: 5, reason: 'steady', terms: { saw: 4 } },
      reason: 'steady',
      binding: 'tight',
      members: [
        { strategy: 'wide', limit: 9, reason: 'steady', terms: { saw: 4 } },
        { strategy: 'tight', limit: 5 },
      ],
    });
  });

  it('is named for its members', () => {
    expect(leastOf([holding(9, 'wide'), holding(5, 'tight')]).name).toBe('wide+tight');
  });

  it('has one that does not bind stop growing within one move of 1/0.9 of the limit in force', () => {
    const verdicts = run([growing, holding(8, 'tight')], 60);
    expect(verdicts.at(-1)).toMatchObject({ limit: { after: 8 }, binding: 'tight' });
    const wanted = verdicts.map(({ members }) => members?.[0]?.limit ?? 0);
    expect(Math.max(...wanted)).toBe(9);
  });

  it('lets none wait for another to grow', () => {
    const verdicts = run([growing, growing], 30);
    expect(verdicts.at(-1)?.limit.after).toBe(34);
  });

  it('has the binding one compute from the limit in force, and the others from their own', () => {
    const [, second] = run([holding(20, 'wide'), holding(5, 'tight')], 2);
    expect(second?.members).toMatchObject([{ terms: { saw: 8 } }, { terms: { saw: 5 } }]);
  });

  it('never shows a member less than the limit in force', () => {
    const setup = setupOf([holding(20, 'wide'), holding(5, 'tight')]);
    const state = { ...stateAfter(setup, 2), limit: 30 };
    const { verdict } = stepController(setup, state, anObservation({ limit: 30 }));
    expect(verdict.members).toMatchObject([{ terms: { saw: 30 } }, { terms: { saw: 30 } }]);
  });

  it('has every member begin from the limit in force after out of memory', () => {
    const setup = setupOf([holding(20, 'wide'), holding(10, 'tight')]);
    const before = stateAfter(setup, 3);
    const cut = stepController(setup, before, anObservation({ limit: before.limit, jobs: { outOfMemory: 1 } }));
    expect(cut.verdict).toMatchObject({ reason: 'oom-cut', limit: { after: 7 } });
    const { verdict } = stepController(setup, cut.state, anObservation({ limit: cut.state.limit }));
    expect(verdict.members).toMatchObject([{ terms: { saw: 7 } }, { terms: { saw: 7 } }]);
  });

  it('goes blind with the member that binds, and with no other', () => {
    const blind = holding(3, 'blind', 'signal-stale');
    expect(run([holding(9, 'wide'), blind], 2)[1]).toMatchObject({ reason: 'signal-stale', limit: { after: 4 } });
    expect(run([holding(2, 'tight'), blind], 2)[1]).toMatchObject({ reason: 'steady', limit: { after: 2 } });
  });

  it('holds and names the member that fails', () => {
    const failing: AnyStrategy = {
      ...holding(2, 'failing'),
      step: () => ({ state: 0, decision: { limit: Number.NaN, reason: 'steady' } }),
    };
    const [verdict] = run([holding(2, 'well'), failing], 1);
    expect(verdict).toMatchObject({ reason: 'strategy-error', limit: { after: 4 } });
    expect(verdict?.error?.message).toMatch(/^failing: .*NaN/);
  });

  it('knows no step limits where every member is a person’s word', () => {
    const fixed = (limit: number): AnyStrategy => ({ ...holding(limit, 'fixed'), explicit: true });
    expect(run([fixed(40), fixed(50)], 1)[0]?.limit.after).toBe(40);
    expect(run([fixed(40), holding(50, 'law')], 1)[0]?.limit.after).toBe(8);
  });

  it('begins where the least of its members wants to begin', () => {
    const first = (limit: number): AnyStrategy => ({ ...holding(limit, 'first'), firstLimit: () => limit });
    expect(leastOf([first(9), first(7), growing]).firstLimit?.([{}, {}, {}])).toBe(7);
    expect(leastOf([growing, growing]).firstLimit?.([{}, {}])).toBeUndefined();
  });

  it('refuses the parameters that a member refuses, and says which', () => {
    const picky: AnyStrategy = {
      ...growing,
      config: { '~standard': { version: 1, vendor: 'spec', validate: () => ({ issues: [{ message: 'is wrong' }] }) } },
    };
    const { validate } = leastOf([growing, picky]).config['~standard'];
    expect(validate([{}, {}])).toEqual({ issues: [{ message: 'is wrong', path: [1] }] });
    expect(leastOf([growing, growing]).config['~standard'].validate([{ a: 1 }])).toEqual({ value: [{ a: 1 }, {}] });
  });
});

/** Always wants the same; its terms tell which limit it saw. */
function holding(limit: number, name: string, reason = 'steady'): AnyStrategy {
  return strategyOf(name, (observation) => ({ limit, reason, terms: { saw: observation.limit } }));
}

/** One more per period in which its limit was used. */
const growing = strategyOf('growing', ({ limit, limited }) => ({
  limit: limited >= 0.5 ? limit + 1 : limit,
  reason: 'headroom',
}));

function strategyOf(name: string, decide: (observation: Observation) => object): AnyStrategy {
  const step = (_state: unknown, observation: Observation): unknown => ({ state: 1, decision: decide(observation) });
  const config: AnyStrategy['config'] = {
    '~standard': { version: 1, vendor: 'spec', validate: (value) => ({ value }) },
  };
  return { name, summary: '', config, initialState: () => 0, step: step as AnyStrategy['step'] };
}

function setupOf(members: readonly AnyStrategy[]): ControllerSetup {
  const config = members.map(() => ({}));
  return { strategy: leastOf(members), config, bounds: { min: 1, max: 64 }, initial: 4, dryRun: false };
}

function run(members: readonly AnyStrategy[], count: number, fields: ObservationFields = {}): readonly Verdict[] {
  const setup = setupOf(members);
  let state: ControllerState = startController(setup);
  return Array.from({ length: count }, (_, seq) => {
    const step = stepController(setup, state, anObservation({ seq, limit: state.limit, ...fields }));
    state = step.state;
    return step.verdict;
  });
}

function stateAfter(setup: ControllerSetup, count: number): ControllerState {
  let state = startController(setup);
  for (let seq = 0; seq < count; seq += 1) {
    state = stepController(setup, state, anObservation({ seq, limit: state.limit })).state;
  }
  return state;
}
