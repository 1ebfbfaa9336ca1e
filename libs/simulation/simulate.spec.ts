import { describe, expect, it } from 'vitest';
import type { AnyStrategy, ControllerSetup } from '#libs/core';
import { aimd, fixed } from '#libs/strategies';
import { namedScenarios } from './named-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';
import { watchedScenarios } from './watched-scenarios.ts';

/** The limit never moves: the best static limits of the named suite are known. */
const constant: AnyStrategy = {
  name: 'constant',
  summary: 'holds what it is given',
  explicit: true,
  config: { '~standard': { version: 1, vendor: 'spec', validate: (value) => ({ value }) } },
  initialState: () => null,
  step: (state, observation) => ({ state, decision: { limit: observation.limit, reason: 'fixed' } }),
};

function setupAt(initial: number, strategy = constant): ControllerSetup {
  return { strategy, config: {}, bounds: { min: 1, max: 64 }, initial, dryRun: false };
}

/** On-time jobs per second over some runs. */
function onTimeRate(scenario: Scenario, limit: number): number {
  const runs = [1, 2, 3].map((seed) => simulate({ scenario, setup: setupAt(limit), seed }).totals);
  return runs.reduce((sum, run) => sum + run.onTime / (run.duration / 1000), 0) / runs.length;
}

describe('simulate', () => {
  it('serves S1 at 28 within 3 % of what the scenario is known to give', () => {
    expect(Math.abs(onTimeRate(namedScenarios.S1, 28) / 13.79 - 1)).toBeLessThan(0.03);
  });

  it('serves S2 at 2 within 3 % of what the scenario is known to give, and loses jobs to memory at 3', () => {
    expect(Math.abs(onTimeRate(namedScenarios.S2, 2) / 0.108 - 1)).toBeLessThan(0.03);
    expect(simulate({ scenario: namedScenarios.S2, setup: setupAt(3), seed: 1 }).totals.outOfMemory).toBeGreaterThan(0);
  });

  it('gives the same records for the same seed, others for another', () => {
    const run = (seed: number): string =>
      JSON.stringify(simulate({ scenario: namedScenarios.S1, setup: setupAt(8), seed, duration: 60_000 }));
    expect(run(1)).toBe(run(1));
    expect(run(2)).not.toBe(run(1));
  });

  it('brings every limit the same jobs', () => {
    const sizes = (limit: number): readonly (number | null)[] =>
      simulate({ scenario: namedScenarios.S1, setup: setupAt(limit), seed: 1, duration: 60_000 }).records.flatMap(
        ({ observation }) => observation.samples.map(([, , , , size]) => size),
      );
    const alone = sizes(1).slice(0, 20);
    expect(alone).toHaveLength(20);
    expect(sizes(8)).toEqual(expect.arrayContaining(alone));
  });

  it('never starts a job above the limit, nor while the device restarts', () => {
    const { records } = simulate({ scenario: namedScenarios.S2, setup: setupAt(4), seed: 3, duration: 600_000 });
    for (const { observation } of records) expect(observation.inFlight.max).toBeLessThanOrEqual(4);
    const afterLoss = records.findIndex(({ observation }) => observation.jobs.outOfMemory > 0);
    expect(afterLoss).toBeGreaterThanOrEqual(0);
    for (const { observation } of records.slice(afterLoss + 1, afterLoss + 29)) {
      expect(observation.jobs.started).toBe(0);
      expect(observation.limited).toBe(0);
    }
  });

  it('counts every job that ended once', () => {
    const { records, totals } = simulate({ scenario: namedScenarios.S2, setup: setupAt(4), seed: 3 });
    const counted = records.reduce((sum, { observation: { jobs } }) => sum + jobs.succeeded + jobs.outOfMemory, 0);
    expect(counted).toBe(totals.finished + totals.lost);
    expect(totals.onTime + totals.late).toBe(totals.finished);
  });
});

describe('simulate, with the product’s strategies', () => {
  it('serves with `fixed` what the limit it is given serves', () => {
    const setup = { ...setupAt(28, fixed), config: validated(fixed, { limit: 28 }) };
    const { totals } = simulate({ scenario: namedScenarios.S1, setup, seed: 1, duration: 300_000 });
    expect(Math.abs(totals.onTime / 300 / 13.79 - 1)).toBeLessThan(0.05);
  });

  it('lets `aimd` find the knee of S1 from 1, and keep most of the best static limit’s on-time jobs', () => {
    const setup = { ...setupAt(1, aimd), config: validated(aimd, {}) };
    const { records, totals } = simulate({ scenario: namedScenarios.S1, setup, seed: 1 });
    const settled = records.slice(120).map(({ limit }) => limit.gate);
    const mean = settled.reduce((sum, gate) => sum + gate, 0) / settled.length;
    expect(mean).toBeGreaterThan(20);
    expect(mean).toBeLessThan(32);
    expect(totals.onTime / 900).toBeGreaterThan(0.88 * 13.79);
  });

  it('has `aimd` cut at once when memory runs out', () => {
    const setup = { ...setupAt(8, aimd), config: validated(aimd, {}) };
    const scenario = watchedScenarios['memory-cliff'];
    const { records } = simulate({ scenario, setup, seed: 1, duration: 60_000 });
    const cut = records.find(({ observation }) => observation.jobs.outOfMemory > 0);
    expect(cut?.reason).toBe('oom-cut');
    expect(cut?.limit.after).toBeCloseTo(0.7 * (cut?.limit.before ?? 0), 3);
    expect(Math.max(...records.map(({ limit }) => limit.gate))).toBeLessThan(32);
  });
});

function validated(strategy: AnyStrategy, parameters: unknown): unknown {
  const result = strategy.config['~standard'].validate(parameters);
  if (result instanceof Promise || result.issues !== undefined) throw new Error('the parameters are refused');
  return result.value;
}
