import type { AnyStrategy } from '#libs/core';
import { builtInStrategies, fixed } from '#libs/strategies';
import { describe, expect, it } from 'vitest';
import { runHost, type HostResult } from './host-loop.ts';
import { hostScenarios, type HostScenario } from './host-scenarios.ts';

const seeds = [1, 2, 3, 4, 5, 6];

describe.each(hostScenarios)('$intent', (scenario) => {
  it.each(scenario.strategies)('%s', (name) => {
    const strategy = builtInStrategies.find((known) => known.name === name);
    expect(strategy).toBeDefined();
    const runs = seeds.map((seed) => figures(scenario, strategy!, seed));
    const ratio = Math.min(...runs.map(({ ratio }) => ratio));
    const limits = runs.map(({ limit }) => limit);
    const outside = [
      ...outsideOf('ratio', ratio, scenario.expect.ratio),
      ...outsideOf('limit', Math.min(...limits), scenario.expect.limit),
      ...outsideOf('limit', Math.max(...limits), scenario.expect.limit),
    ];
    expect(outside).toEqual([]);
  });
});

function outsideOf(what: string, value: number, [from, to]: readonly [number, number]): readonly string[] {
  return value >= from && value <= to ? [] : [`${what} ${value.toFixed(3)} is not in ${from}..${to}`];
}

function figures(scenario: HostScenario, strategy: AnyStrategy, seed: number): { ratio: number; limit: number } {
  const result = run(scenario, strategy, seed, 1);
  const best = run(scenario, fixed, seed, scenario.best);
  const second = result.periods.slice(result.periods.length / 2);
  const limit = second.reduce((sum, { verdict }) => sum + verdict.limit.gate, 0) / second.length;
  return { ratio: result.onTime / best.onTime, limit };
}

function run(scenario: HostScenario, strategy: AnyStrategy, seed: number, initial: number): HostResult {
  const parsed = strategy.config['~standard'].validate({});
  if (parsed instanceof Promise || parsed.issues) throw new Error(`${strategy.name} has no defaults`);
  const bounds = { min: 1, max: 64 };
  const config: unknown = parsed.value;
  return runHost({ ...scenario.run, seed, setup: { strategy, config, bounds, initial, dryRun: false } });
}
