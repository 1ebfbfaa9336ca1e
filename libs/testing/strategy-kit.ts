import type { AnyStrategy } from '#libs/core';
import { describe, expect, it } from 'vitest';
import { brokenPromise, strategyRules } from './strategy-kit/rules.ts';

export interface StrategyKitOptions {
  /** Parameters as a user would give them; none when absent. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** False for a strategy that by its nature does not follow load: a schedule, a constant. */
  readonly reacts?: boolean;
}

/** The contract of a strategy as a test suite: one call is a strategy's whole spec. */
export function describeStrategy(strategy: AnyStrategy, options: StrategyKitOptions = {}): void {
  const { parameters = {}, reacts = strategy.explicit !== true } = options;
  const given = Object.keys(parameters).length > 0 ? ` with ${JSON.stringify(parameters)}` : '';
  const rules = strategyRules.filter(({ forLaws }) => forLaws !== true || reacts);
  describe(`strategy ${strategy.name}${given}`, () => {
    it.each(rules)('$claim', (rule) => {
      expect(brokenPromise(rule, { strategy, parameters })).toBeUndefined();
    });
  });
}
