import type { AnyStrategy, DecisionRecord } from '#libs/core';
import {
  curves,
  gibibyte,
  simulate,
  type JobStream,
  type PlantConfig,
  type Scenario,
  type Simulation,
} from '#libs/simulation';
import { describe, expect, it } from 'vitest';
import { pid } from './pid.ts';
import { threshold } from './threshold.ts';

/** Jobs of a second or so without deadlines: a law has nothing but its device to go by. */
function plainJobs(memory: number): JobStream {
  return (random) => ({
    work: 1000 * Math.max(0.1, random.logNormal(1, 0.3)),
    speedFactor: random.speedFactor(0.05),
    memoryStart: memory,
    memoryEnd: memory,
  });
}

const device: PlantConfig = {
  curve: curves.B,
  base: 20 * gibibyte,
  capacity: 80 * gibibyte,
  soloUtilization: 0.97,
  utilizationNoise: 0.02,
  memoryReading: 'instantaneous',
  telemetryLag: 500,
  outOfMemory: 'fatal',
  restart: 30_000,
};

/** 2 GiB a job: with n of them memory is (20 + 2n)/80 full. */
const memoryPerJob: Scenario = {
  name: 'memory-per-job',
  summary: '',
  duration: 600_000,
  plant: device,
  jobs: plainJobs(2 * gibibyte),
};
const jobsAtMemory = (share: number): number => (80 * share - 20) / 2;

/** With n jobs utilisation is 1 − (1 − u1)ⁿ. */
function unsaturated(soloUtilization: number): Scenario {
  const plant = { ...device, soloUtilization };
  return { ...memoryPerJob, name: 'unsaturated', plant, jobs: plainJobs(0.2 * gibibyte) };
}
const jobsAtUtilization = (share: number, soloUtilization: number): number =>
  Math.log(1 - share) / Math.log(1 - soloUtilization);

const seeds = [1, 2, 3];
const fromBelowAndAbove = [1, 30];

describe.each(fromBelowAndAbove)('on memory, from %i jobs', (initial) => {
  it('`pid` comes to within one job of its set point and stays', () => {
    for (const { records, totals } of runs(pid, { signal: 'gpu-memory' }, memoryPerJob, initial)) {
      expectAll(settled(records), jobsAtMemory(0.85) - 1, jobsAtMemory(0.85) + 1);
      expect(totals.outOfMemory).toBe(0);
    }
  });

  it('`threshold` comes into its band and stays', () => {
    for (const { records, totals } of runs(threshold, { signal: 'gpu-memory' }, memoryPerJob, initial)) {
      expectAll(settled(records), jobsAtMemory(0.8), jobsAtMemory(0.92));
      expect(totals.outOfMemory).toBe(0);
    }
  });
});

describe.each(fromBelowAndAbove)('on utilisation, from %i jobs', (initial) => {
  it.each([0.1, 0.2, 0.3])('`pid` comes to within one job of its set point and stays: %f with one job', (solo) => {
    for (const { records } of runs(pid, { signal: 'gpu-utilization' }, unsaturated(solo), initial)) {
      const wanted = jobsAtUtilization(0.85, solo);
      expectAll(settled(records), Math.floor(wanted) - 1, Math.ceil(wanted) + 1);
      expect(Math.abs(mean(settled(records)) - wanted)).toBeLessThan(1);
    }
  });

  it.each([0.1, 0.2, 0.3])('`threshold` comes into its band and stays: %f with one job', (solo) => {
    for (const { records, totals } of runs(threshold, { signal: 'gpu-utilization' }, unsaturated(solo), initial)) {
      expectAll(settled(records), jobsAtUtilization(0.7, solo), jobsAtUtilization(0.9, solo));
      expect(totals.outOfMemory).toBe(0);
    }
  });
});

describe.each([pid, threshold])('the ramp of $name on memory does not run out of it', (strategy) => {
  const ramps = (scenario: Scenario): readonly number[] =>
    runs(strategy, { signal: 'gpu-memory' }, { ...scenario, duration: 60_000 }, 1).map(({ records, totals }) => {
      expect(records.map(({ reason }) => reason)).toContain('slow-start');
      return totals.outOfMemory;
    });

  it('where jobs grow, and are not alike', () => {
    const jobs: JobStream = (random) => {
      const memory = gibibyte * Math.max(0.5, 2 + 0.6 * random.normal());
      return { ...plainJobs(0)(random, 0), memoryStart: memory / 2, memoryEnd: memory };
    };
    expect(ramps({ ...memoryPerJob, jobs })).toEqual([0, 0, 0]);
  });

  it('where the limit could double before its readings come', () => {
    const jobs: JobStream = (random) => ({ ...plainJobs(2 * gibibyte)(random, 0), work: 200, deadline: 10_000 });
    expect(ramps({ ...memoryPerJob, jobs, plant: { ...device, telemetryLag: 3000 } })).toEqual([0, 0, 0]);
  });
});

describe.each([
  ['pid', pid, 'gpu-memory', memoryPerJob, jobsAtMemory(0.8), jobsAtMemory(0.92)],
  ['threshold', threshold, 'gpu-memory', memoryPerJob, jobsAtMemory(0.8), jobsAtMemory(0.92)],
  ['pid', pid, 'gpu-utilization', unsaturated(0.1), jobsAtUtilization(0.8, 0.1), jobsAtUtilization(0.9, 0.1)],
  [
    'threshold',
    threshold,
    'gpu-utilization',
    unsaturated(0.1),
    jobsAtUtilization(0.7, 0.1),
    jobsAtUtilization(0.9, 0.1),
  ],
] as const)('%s without its sensor', (_name, strategy, signal, scenario, least, most) => {
  const silence = { from: 300_000, lasts: 150_000 };
  const silent = { ...scenario, instruments: { silence }, duration: 900_000 };

  it(`on ${signal} holds, falls to where it began, and comes back when the sensor does`, () => {
    for (const { records } of runs(strategy, { signal }, silent, 6)) {
      const lost = records.findIndex(({ reason }) => reason === 'signal-stale');
      expect(records[lost]!.t - silence.from).toBeLessThanOrEqual(4000);
      expectAll(records.slice(200, lost).map(limitOf), least - 1, most + 1);
      expect(new Set(records.slice(lost, lost + 30).map(limitOf)).size).toBe(1);
      expect(records[lost + 30]).toMatchObject({ reason: 'blind', action: 'decrease' });

      const back = records.findIndex(
        ({ t, decision }) => t > silence.from + 10_000 && decision.reason !== 'signal-stale',
      );
      expectAll(records.slice(back - 10, back + 2).map(limitOf), 6, 6);
      expect(records.slice(back, back + 3).map(({ reason }) => reason === 'signal-stale')).toEqual([true, true, false]);
      const resumed = records.slice(back + 2);
      expect(resumed.map(({ reason }) => reason)).not.toContain('slow-start');
      expectAll(resumed.slice(-200).map(limitOf), least - 1, most + 1);
    }
  });

  it(`on ${signal} stays where it began when the device is lost for good`, () => {
    const lost = { ...scenario, instruments: { lostAt: 300_000 } };
    for (const { records } of runs(strategy, { signal }, lost, 6)) {
      expectAll(records.slice(-100).map(limitOf), 6, 6);
      expect(records.at(-1)?.reason).toBe('blind');
    }
  });
});

describe.each([pid, threshold])('$name on a slice of a device', (strategy) => {
  const mig = {
    instance: '1',
    computeInstance: '0',
    uuid: 'MIG-a',
    profile: '3g.40gb',
    deviceMemory: 160 * gibibyte,
    computeShare: 0.5,
  };
  const slice: Scenario = { ...memoryPerJob, instruments: { mig } };

  it('goes by memory alone when nothing is chosen', () => {
    for (const { records } of runs(strategy, {}, slice, 1)) {
      expectAll(settled(records), jobsAtMemory(0.8), jobsAtMemory(0.92));
      expect(records.at(-1)?.decision.terms).toMatchObject({ signalGpu: 1 });
    }
  });

  it('holds where it began when told to go by utilisation', () => {
    for (const { records } of runs(strategy, { signal: 'gpu-utilization' }, slice, 4)) {
      expectAll(records.map(limitOf), 4, 4);
      expect(records.every(({ decision }) => decision.reason === 'signal-missing')).toBe(true);
    }
  });
});

function runs(strategy: AnyStrategy, parameters: object, scenario: Scenario, initial: number): readonly Simulation[] {
  const result = strategy.config['~standard'].validate(parameters);
  if (result instanceof Promise || result.issues) throw new Error('refused');
  const setup = { strategy, config: result.value as unknown, bounds: { min: 1, max: 64 }, initial, dryRun: false };
  return seeds.map((seed) => simulate({ scenario, setup, seed }));
}

/** The gate's numbers of the last third: where utilisation is full a law walks down for minutes. */
function settled(records: readonly DecisionRecord[]): readonly number[] {
  return records.slice((2 * records.length) / 3).map(({ limit }) => limit.gate);
}

function limitOf({ limit }: DecisionRecord): number {
  return limit.after;
}

function expectAll(numbers: readonly number[], least: number, most: number): void {
  expect(numbers.length).toBeGreaterThan(0);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(least);
  expect(Math.max(...numbers)).toBeLessThanOrEqual(most);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
