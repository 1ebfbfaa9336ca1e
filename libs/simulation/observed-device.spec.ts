import { describe, expect, it } from 'vitest';
import type { Instruments } from './instruments.ts';
import { ObservedDevice } from './observed-device.ts';
import { Plant } from './plant.ts';
import { Random } from './random.ts';
import { SimulatedDevice, simulatedGpu as gpu } from './simulated-device.ts';
import { watchedScenarios } from './watched-scenarios.ts';

function observed(instruments?: Instruments): ObservedDevice {
  return new ObservedDevice(new SimulatedDevice(new Plant(watchedScenarios.knee.plant, new Random(1)), instruments));
}

const heard = ['gpu.utilization', 'gpu.memory.used', 'gpu.memory.total'];

describe('ObservedDevice', () => {
  it('hands over what laws may listen to, in its units, and nothing that is only shown', () => {
    const { readings, missing } = observed().observe(2000);
    expect(readings).toEqual([
      { name: heard[0], gpu, value: expect.any(Number) as number, unit: 'ratio', source: 'simulated', age: 1000 },
      { name: heard[1], gpu, value: 21_474_800_000, unit: 'bytes', source: 'simulated', age: 1000 },
      { name: heard[2], gpu, value: 85_899_300_000, unit: 'bytes', source: 'simulated', age: 1000 },
    ]);
    expect(missing).toEqual([]);
  });

  it('says what is to come before the first sample is delivered', () => {
    const { readings, missing } = observed().observe(199);
    expect(readings).toEqual([]);
    expect(missing).toEqual(heard.map((name) => ({ name, gpu, why: 'warming-up' })));
  });

  it('keeps the last reading of a sensor that went silent while it is fresh, then misses it as stale', () => {
    const device = observed({ silence: { from: 5000, lasts: 10_000 } });
    const seen = Array.from({ length: 16 }, (_, index) => device.observe(1000 * (index + 1)));
    const ages = seen.map(({ readings }) => readings[0]?.age ?? 'none');
    const none = Array.from({ length: 8 }, () => 'none');
    expect(ages).toEqual([1000, 1000, 1000, 1000, 2000, 3000, ...none, 1000, 1000]);
    for (const { missing } of seen.slice(6, 14)) {
      expect(missing).toEqual(heard.map((name) => ({ name, gpu, why: 'stale' })));
    }
    for (const { missing } of [...seen.slice(0, 6), ...seen.slice(14)]) expect(missing).toEqual([]);
  });

  it('gives a slice’s memory and not the whole device’s', () => {
    const { readings, missing } = observed(watchedScenarios.mig.instruments).observe(2000);
    expect(readings.map(({ name, instance }) => [name, instance])).toEqual([
      ['gpu.mig.memory.used', '9'],
      ['gpu.mig.memory.total', '9'],
    ]);
    expect(missing).toEqual([{ name: 'gpu.utilization', gpu, why: 'mig' }]);
  });

  it('misses everything of a lost device', () => {
    expect(observed({ lostAt: 2000 }).observe(2000)).toEqual({
      readings: [],
      missing: heard.map((name) => ({ name, gpu, why: 'lost' })),
    });
  });
});
