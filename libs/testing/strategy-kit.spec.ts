import type { AnyStrategy, Observation, Step } from '#libs/core';
import { brokenPromise, describeStrategy, strategyRules } from '#libs/testing';
import { describe, expect, it } from 'vitest';

/** What a third party writes: a law in one breath, and its whole spec in one call. */
const simple: AnyStrategy = {
  name: 'simple',
  summary: 'Halves when anything is late, adds one while the limit is used.',
  config: {
    '~standard': {
      version: 1,
      vendor: 'spec',
      validate: (value) =>
        Object.keys(value as object).length > 0 ? { issues: [{ message: 'takes no parameters' }] } : { value: {} },
    },
  },
  initialState: () => null,
  step(state: null, { limit, jobs, limited }: Observation): Step<null> {
    if (jobs.late > 0) return { state, decision: { limit: limit / 2, reason: 'deadline-misses' } };
    if (limited < 0.5) return { state, decision: { limit, reason: 'not-limited' } };
    return { state, decision: { limit: limit + 1, reason: 'headroom' } };
  },
};

describeStrategy(simple);

/** One defect each; every rule has to find its own. */
const broken: Readonly<Record<string, AnyStrategy>> = {
  'accepts its own default parameters': {
    ...simple,
    config: { '~standard': { ...simple.config['~standard'], validate: () => ({ issues: [{ message: 'never' }] }) } },
  },
  'refuses a parameter it does not know': {
    ...simple,
    config: { '~standard': { ...simple.config['~standard'], validate: (value) => ({ value }) } },
  },
  'asks for finite limits of 0 or more, and gives finite terms': answering(({ jobs, limit }) => limit / jobs.started),
  'gives reasons from the closed set': {
    ...simple,
    step: (state: null, { limit }: Observation) => ({ state, decision: { limit, reason: 'because' as 'steady' } }),
  },
  'is deterministic: the same history gives the same decisions': remembering(),
  'keeps its state as JSON of at most 64 kB that continues identically': {
    ...simple,
    initialState: () => new Map<string, number>(),
    step(state: Map<string, number>, { limit }: Observation): Step<unknown> {
      const seen = (state instanceof Map ? (state.get('seen') ?? 0) : 0) + 1;
      return { state: new Map([['seen', seen]]), decision: { limit, reason: 'steady', terms: { seen } } };
    },
  },
  'does not change what it is given': {
    ...simple,
    initialState: () => ({ seen: 0 }),
    step(state: { seen: number }, { limit }: Observation): Step<unknown> {
      state.seen += 1;
      return { state, decision: { limit, reason: 'steady' } };
    },
  },
  'uses no clock, no chance and no timer': answering(({ limit }) => (Date.now() > 0 ? limit : limit + 1)),
  'starts within one step of the limit in force': answering(() => 8),
  'shrinks to the lowest limit when every signal is bad, and recovers': answering(({ limit }) => limit),
};

describe('the strategy kit', () => {
  it.each(strategyRules)('finds a strategy that breaks: $claim', (rule) => {
    const strategy = broken[rule.claim];
    expect(strategy).toBeDefined();
    expect(brokenPromise(rule, { strategy: strategy!, parameters: {} })).toEqual(expect.any(String));
  });

  it('says in words what is wrong', () => {
    const rule = strategyRules.find(({ claim }) => claim.startsWith('uses no clock'));
    const strategy = answering(({ limit }) => limit + Math.random());
    expect(brokenPromise(rule!, { strategy, parameters: {} })).toBe('uses Math.random');
  });

  it('leaves clocks and chance as they were', () => {
    expect(new Date(0).getTime()).toBe(0);
    expect([Date.now(), performance.now(), Math.random()].every((value) => value >= 0)).toBe(true);
    expect(Object.hasOwn(performance, 'now')).toBe(false);
  });
});

function answering(limitOf: (observation: Observation) => number): AnyStrategy {
  return {
    ...simple,
    step: (state: null, observation: Observation) => ({
      state,
      decision: { limit: limitOf(observation), reason: 'steady' },
    }),
  };
}

/** Keeps what it knows outside its state. */
function remembering(): AnyStrategy {
  let calls = 0;
  return answering(({ limit }) => {
    calls += 1;
    return limit + (calls % 7);
  });
}
