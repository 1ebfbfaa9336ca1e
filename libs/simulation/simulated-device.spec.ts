import { readingUnits, type Sample } from '#libs/core';
import { describe, expect, it } from 'vitest';
import { curves } from './curves.ts';
import type { Instruments } from './instruments.ts';
import { gibibyte, type PlantJob } from './jobs.ts';
import { Plant, type PlantConfig } from './plant.ts';
import { Random } from './random.ts';
import { SimulatedDevice, simulatedGpu } from './simulated-device.ts';

const config: PlantConfig = {
  curve: curves.B,
  base: 20 * gibibyte,
  capacity: 80 * gibibyte,
  outOfMemory: 'job',
  restart: 30_000,
  soloUtilization: 0.9,
  utilizationNoise: 0,
  memoryReading: 'instantaneous',
  telemetryLag: 200,
};

const endless: PlantJob = { work: Infinity, speedFactor: 1, memoryStart: gibibyte, memoryEnd: gibibyte };

/** A device with so many jobs on it from the start. */
function deviceWith(jobs: number, instruments?: Instruments): SimulatedDevice {
  const plant = new Plant(config, new Random(1));
  for (let i = 0; i < jobs; i += 1) plant.admit(endless, 0);
  return new SimulatedDevice(plant, instruments);
}

function read(device: SimulatedDevice, t: number): Sample {
  const sample = device.read(t);
  if (sample === undefined) throw new Error(`no answer at ${t}`);
  return sample;
}

function value({ readings }: Sample, name: string): number | undefined {
  return readings.find((reading) => reading.name === name)?.value;
}

function why({ missing }: Sample, name: string): string | undefined {
  return missing.find((each) => each.name === name)?.why;
}

describe('SimulatedDevice', () => {
  it('shows what runs on the plant, as old as its instruments are late', () => {
    const sample = read(deviceWith(4), 5500);
    expect(value(sample, 'gpu.utilization')).toBeCloseTo(1 - 0.1 ** 4, 9);
    expect(value(sample, 'gpu.memory.used')).toBe(24 * gibibyte);
    expect(value(sample, 'gpu.memory.total')).toBe(80 * gibibyte);
    expect(sample).toMatchObject({ age: 500, interval: 1000, missing: [] });
    expect(sample.devices).toEqual([
      { gpu: simulatedGpu, index: 0, model: 'Simulated GPU', driver: 'simulated', mig: 'off' },
    ]);
  });

  it('fills every reading of a GPU but those of slices and of errors', () => {
    const names = read(deviceWith(1), 2000).readings.map(({ name }) => name);
    const ofGpus = Object.keys(readingUnits).filter((name) => /^gpu\.(?!mig\.|xid)/.test(name));
    expect(names.toSorted()).toEqual(ofGpus.toSorted());
  });

  it('names everything it will tell as warming up before its first sample is delivered', () => {
    const device = deviceWith(1);
    const before = read(device, 199);
    expect(before.readings).toEqual([]);
    expect(new Set(before.missing.map((each) => each.why))).toEqual(new Set(['warming-up']));
    const after = read(device, 200);
    expect(after.readings.map(({ name }) => name)).toEqual(before.missing.map(({ name }) => name));
  });

  it('does not answer while it is silent, and again after', () => {
    const device = deviceWith(1, { silence: { from: 20_000, lasts: 5000, every: 10_000 } });
    const silent = Array.from({ length: 50 }, (_, second) => second).filter(
      (second) => device.read(1000 * second) === undefined,
    );
    expect(silent).toEqual([20, 21, 22, 23, 24, 30, 31, 32, 33, 34, 40, 41, 42, 43, 44]);
  });

  it('is silent once where no period is given', () => {
    const device = deviceWith(1, { silence: { from: 2000, lasts: 1000 } });
    expect([1999, 2000, 2999, 3000, 9_000_000].map((t) => device.read(t) !== undefined)).toEqual([
      true,
      false,
      false,
      true,
      true,
    ]);
  });

  it('says that it is lost from then on, and gives no reading', () => {
    const device = deviceWith(1, { lostAt: 3000 });
    expect(read(device, 2999).devices?.[0]?.lost).toBeUndefined();
    const lost = read(device, 3000);
    expect(lost.readings).toEqual([]);
    expect(why(lost, 'gpu.memory.used')).toBe('lost');
    expect(lost.devices).toMatchObject([{ gpu: simulatedGpu, lost: true }]);
  });

  it('has no reading that it does not support, from the start', () => {
    const device = deviceWith(1, { unsupported: ['gpu.temperature.memory'] });
    expect([1000, 2000].map((t) => why(read(device, t), 'gpu.temperature.memory'))).toEqual([
      'not-supported',
      'not-supported',
    ]);
    expect(value(read(device, 2000), 'gpu.temperature.memory')).toBeUndefined();
  });

  it('has a slice’s memory beside the whole device’s, and no utilisation, while MIG is on', () => {
    const slice = { instance: '9', computeInstance: '0', uuid: 'MIG-simulated-0', profile: '1g.10gb' };
    const mig = { ...slice, deviceMemory: 640 * gibibyte, computeShare: 1 / 7 };
    const sample = read(deviceWith(2, { mig }), 5000);
    expect(why(sample, 'gpu.utilization')).toBe('mig');
    expect(value(sample, 'gpu.utilization')).toBeUndefined();
    expect(value(sample, 'gpu.memory.total')).toBe(640 * gibibyte);
    const ofSlices = sample.readings.filter(({ name }) => name.startsWith('gpu.mig.'));
    expect(ofSlices).toEqual([
      { name: 'gpu.mig.memory.used', gpu: simulatedGpu, instance: '9', value: 22 * gibibyte },
      { name: 'gpu.mig.memory.total', gpu: simulatedGpu, instance: '9', value: 80 * gibibyte },
    ]);
    expect(sample.devices).toMatchObject([{ mig: 'on', instances: [slice] }]);
    expect(value(sample, 'gpu.power')).toBeLessThan(value(read(deviceWith(2), 5000), 'gpu.power') ?? 0);
  });

  it('counts energy on through a silence', () => {
    const device = deviceWith(1, { silence: { from: 10_000, lasts: 60_000 } });
    const before = read(device, 9200);
    device.read(40_000);
    const after = read(device, 70_200);
    const joules = (value(after, 'gpu.energy') ?? 0) - (value(before, 'gpu.energy') ?? 0);
    expect(joules).toBeCloseTo(61 * (value(after, 'gpu.power') ?? 0), 6);
  });
});
