import type { AnyStrategy, DecisionRecord } from '#libs/core';
import { aimd, fixed, pid } from '#libs/strategies';
import { describe, expect, it } from 'vitest';
import type { Scenario } from './scenario.ts';
import { simulate, type Simulation } from './simulate.ts';
import { watchedScenarios } from './watched-scenarios.ts';

const scenarios: readonly Scenario[] = Object.values(watchedScenarios);

function run(scenario: Scenario, strategy: AnyStrategy, parameters: object, seed = 1): Simulation {
  const result = strategy.config['~standard'].validate(parameters);
  if (result instanceof Promise || result.issues !== undefined) throw new Error('the parameters are refused');
  const setup = { strategy, config: result.value as unknown, bounds: { min: 1, max: 64 }, initial: 1, dryRun: false };
  return simulate({ scenario, setup, seed });
}

/** Limits that are only written down, not learnt. */
function at(limit: number, scenario: Scenario, seed?: number): Simulation {
  return run(scenario, fixed, { limit }, seed);
}

/** Every value of a reading in a run from the third second on: then the device has warmed up and is in use. */
function values({ records }: Simulation, name: string): readonly number[] {
  return records
    .slice(2)
    .flatMap(({ observation }) => observation.readings.filter((reading) => reading.name === name))
    .map(({ value }) => value);
}

function memoryShares(simulation: Simulation): readonly number[] {
  const totals = values(simulation, 'gpu.memory.total');
  return values(simulation, 'gpu.memory.used').map((used, index) => used / totals[index]!);
}

function perSecond({ totals }: Simulation): number {
  return totals.finished / (totals.duration / 1000);
}

function gates({ records }: Simulation): readonly number[] {
  return records.map(({ limit }) => limit.gate);
}

describe('watched scenarios', () => {
  it('are known by the names that people write', () => {
    expect(Object.entries(watchedScenarios).map(([key, { name }]) => [key, name])).toEqual(
      scenarios.map(({ name }) => [name, name]),
    );
  });

  it.each(scenarios)('$name gives the same records for the same seed, others for another', (scenario) => {
    const record = (seed: number): string => JSON.stringify(at(4, scenario, seed));
    expect(record(1)).toBe(record(1));
    expect(record(2)).not.toBe(record(1));
  });

  it.each(scenarios)('$name finishes jobs at 2 at a time', (scenario) => {
    expect(at(2, scenario).totals.onTime).toBeGreaterThan(50);
  });
});

describe('preallocated', () => {
  const scenario = watchedScenarios.preallocated;

  it('reads 90 % of memory with 1 job as with 32, and never runs out', () => {
    for (const limit of [1, 32]) {
      const simulation = at(limit, scenario);
      for (const share of memoryShares(simulation)) expect(share).toBeCloseTo(0.9, 4);
      expect(simulation.totals.outOfMemory).toBe(0);
    }
  });

  it('holds down a law that believes in memory, and not the default one', () => {
    const believer = run(scenario, pid, { signal: 'gpu-memory' });
    expect(Math.max(...gates(believer))).toBeLessThan(8);
    expect(believer.records.some(({ reason }) => reason === 'signal-unusable')).toBe(true);
    expect(perSecond(run(scenario, aimd, {}))).toBeGreaterThan(3 * perSecond(believer));
  });
});

describe('pegged-utilisation', () => {
  const scenario = watchedScenarios['pegged-utilisation'];

  it('reads 97 % and more with one job on it, where sixteen do ten times the work', () => {
    const [one, sixteen] = [at(1, scenario), at(16, scenario)];
    expect(Math.min(...values(one, 'gpu.utilization'))).toBeGreaterThanOrEqual(0.97);
    expect(Math.max(...values(sixteen, 'gpu.utilization'))).toBeLessThanOrEqual(1);
    expect(perSecond(sixteen)).toBeGreaterThan(10 * perSecond(one));
  });

  it('holds down a law that believes in utilisation, and not the default one', () => {
    const believer = run(scenario, pid, { signal: 'gpu-utilization' });
    expect(Math.max(...gates(believer))).toBeLessThan(8);
    expect(perSecond(run(scenario, aimd, {}))).toBeGreaterThan(3 * perSecond(believer));
  });
});

describe('sensor-loss', () => {
  const { records } = at(8, watchedScenarios['sensor-loss']);
  const secondsWithout = (name: string): readonly number[] =>
    records.filter(({ observation }) => !observation.readings.some((each) => each.name === name)).map(secondOf);
  const secondOf = (record: DecisionRecord): number => record.t / 1000;

  it('has no readings from 3 s after the sensor went silent until it answers again, a minute in two', () => {
    const from = (first: number, last: number): readonly number[] =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index);
    // Silent from 20 to 80 s and from 140 to 200 s.
    expect(secondsWithout('gpu.memory.used')).toEqual([...from(22, 79), ...from(142, 199)]);
  });

  it('says stale of each reading that is gone, and misses nothing else', () => {
    for (const { observation, t } of records) {
      expect(observation.readings.length + observation.missing.length).toBe(3);
      for (const { why } of observation.missing) expect([t, why]).toEqual([t, 'stale']);
    }
  });
});

describe('mig', () => {
  const scenario = watchedScenarios.mig;

  it('has no utilisation, says that MIG is why, and has memory for the slice alone', () => {
    const simulation = at(3, scenario);
    for (const { observation } of simulation.records.slice(2)) {
      expect(observation.missing.map(({ name, why }) => [name, why])).toEqual([['gpu.utilization', 'mig']]);
      expect(observation.readings.map(({ name, instance }) => [name, instance])).toEqual([
        ['gpu.mig.memory.used', '9'],
        ['gpu.mig.memory.total', '9'],
      ]);
    }
    const [used, total] = ['gpu.mig.memory.used', 'gpu.mig.memory.total'].map((name) => values(simulation, name));
    expect(Math.max(...used!) / total![0]!).toBeGreaterThan(0.6);
    expect(Math.max(...used!) / total![0]!).toBeLessThanOrEqual(1);
  });

  it('is full with a few jobs', () => {
    expect(at(4, scenario).totals.outOfMemory).toBe(0);
    expect(at(8, scenario).totals.outOfMemory).toBeGreaterThan(0);
  });
});

describe('oom', () => {
  const scenario = watchedScenarios.oom;
  const secondsOf = ({ records }: Simulation): readonly number[] =>
    records.filter(({ observation }) => observation.jobs.outOfMemory > 0).map(({ t }) => t / 1000);

  it('runs out of memory again and again at a high limit, and goes on', () => {
    const simulation = at(16, scenario);
    const seconds = secondsOf(simulation);
    expect(seconds.length).toBeGreaterThan(60);
    for (let minute = 0; minute < 240; minute += 60) {
      expect(seconds.filter((second) => second > minute && second <= minute + 60).length).toBeGreaterThan(5);
    }
    expect(Math.max(...memoryShares(simulation))).toBeGreaterThan(0.95);
    expect(simulation.totals.finished).toBeGreaterThan(500);
  });

  it('never runs out with one job', () => {
    expect(at(1, scenario).totals.outOfMemory).toBe(0);
  });

  it('runs out under the default law too, which cuts each time', () => {
    const simulation = run(scenario, aimd, {});
    const seconds = secondsOf(simulation);
    expect(seconds.length).toBeGreaterThan(3);
    expect(seconds.at(-1)! - seconds[0]!).toBeGreaterThan(120);
    const cuts = simulation.records.filter(({ reason }) => reason === 'oom-cut').map(({ t }) => t / 1000);
    expect(cuts).toEqual(seconds);
  });
});
