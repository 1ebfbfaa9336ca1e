import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import type { AnyStrategy } from '#libs/core';
import { strategyParameters } from './strategy-parameters.ts';

const mine = law(
  'my-law',
  z.strictObject({ gain: z.number().max(3).default(1), deadBand: z.boolean().default(false) }),
);
const my = law('my', z.strictObject({ lawless: z.number().default(1) }));

describe('strategyParameters', () => {
  it('reads what is given for a loaded strategy, in its own types', () => {
    const environment = { CONCURRENCY_MY_LAW_GAIN: '2', CONCURRENCY_MY_LAW_DEAD_BAND: 'true', CONCURRENCY_MIN: '1' };
    expect(strategyParameters(environment, mine, [])).toEqual({ gain: 2, deadBand: true });
  });

  it('gives a variable to the longest name it begins with', () => {
    const environment = { CONCURRENCY_MY_LAW_GAIN: '2', CONCURRENCY_MY_LAWLESS: '3' };
    expect(strategyParameters(environment, mine, [my])).toEqual({ gain: 2 });
    expect(strategyParameters(environment, my, [mine])).toEqual({ lawless: 3 });
  });

  it('refuses what the schema refuses, with the parameter that was probably meant', () => {
    const environment = { CONCURRENCY_MY_LAW_GIAN: '2', CONCURRENCY_MY_LAW_DEAD_BAND: '7' };
    expect(() => strategyParameters(environment, mine, [])).toThrow(
      /CONCURRENCY_MY_LAW_GIAN="2" is not a parameter of my-law. Did you mean CONCURRENCY_MY_LAW_GAIN\?/,
    );
    expect(() => strategyParameters(environment, mine, [])).toThrow(/CONCURRENCY_MY_LAW_DEAD_BAND="7" is refused/);
  });

  it('refuses variables that still belong to nobody', () => {
    const environment = { CONCURRENCY_MINE_GAIN: '2' };
    expect(() => strategyParameters(environment, mine, [my])).toThrow(/CONCURRENCY_MINE_GAIN="2" is not a setting/);
  });

  it('names what a required parameter would be called', () => {
    const strict = law('strict', z.strictObject({ topSpeed: z.number() }));
    expect(() => strategyParameters({}, strict, [])).toThrow(/CONCURRENCY_STRICT_TOP_SPEED is refused/);
  });

  it('refuses a schema that answers later', () => {
    const later = law(
      'later',
      z.strictObject({}).refine(() => Promise.resolve(true)),
    );
    expect(() => strategyParameters({}, later, [])).toThrow(/asynchronous|synchronous/);
  });
});

function law(name: string, config: AnyStrategy['config']): AnyStrategy {
  const step = (state: unknown): never => {
    throw new Error(String(state));
  };
  return { name, summary: name, config, initialState: () => ({}), step };
}
