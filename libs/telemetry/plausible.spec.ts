import { describe, expect, it } from 'vitest';
import type { Sample, SampledReading } from '#libs/core';
import { plausible } from './plausible.ts';

const gpu = 'GPU-a';
const gibibyte = 2 ** 30;

function sampleOf(...readings: readonly SampledReading[]): Sample {
  return { readings, missing: [] };
}

describe('plausible', () => {
  it.each<readonly [SampledReading, string]>([
    [{ name: 'gpu.utilization', gpu, value: 1.02 }, 'a share above 1'],
    [{ name: 'gpu.utilization', gpu, value: -0.01 }, 'a negative share'],
    [{ name: 'gpu.power', gpu, value: -1 }, 'negative watts'],
    [{ name: 'gpu.memory.used', gpu, value: NaN }, 'what is no number'],
    [{ name: 'gpu.memory.total', gpu, value: Infinity }, 'what is not finite'],
    [{ name: 'gpu.temperature.core', gpu, value: 65_535 }, 'a temperature no device survives'],
  ])('takes out %o: %s', (reading) => {
    const kept: SampledReading = { name: 'gpu.clock.sm', gpu, value: 1.41e9 };
    const { sample, rejected } = plausible(sampleOf(reading, kept));
    expect(sample.readings).toEqual([kept]);
    expect(sample.missing).toEqual([{ name: reading.name, gpu, why: 'rejected' }]);
    expect(rejected).toEqual([reading.name]);
  });

  it('takes out more memory used than there is, per device, and keeps the total', () => {
    const total: SampledReading = { name: 'gpu.memory.total', gpu, value: 24 * gibibyte };
    const used: SampledReading = { name: 'gpu.memory.used', gpu, value: 25 * gibibyte };
    const other: SampledReading = { name: 'gpu.memory.used', gpu: 'GPU-b', value: 25 * gibibyte };
    const { sample, rejected } = plausible(sampleOf(total, used, other));
    expect(sample.readings).toEqual([total, other]);
    expect(rejected).toEqual(['gpu.memory.used']);
  });

  it('compares a GPU instance with its own size', () => {
    const of = (instance: string, name: 'used' | 'total', value: number): SampledReading => ({
      name: `gpu.mig.memory.${name}`,
      gpu,
      instance,
      value,
    });
    const readings = [of('1', 'used', 6), of('1', 'total', 5), of('2', 'used', 6), of('2', 'total', 10)];
    expect(plausible(sampleOf(...readings)).sample.missing).toEqual([
      { name: 'gpu.mig.memory.used', gpu, instance: '1', why: 'rejected' },
    ]);
  });

  it('takes a share that came out a little above the whole for the whole', () => {
    const { sample, rejected } = plausible(sampleOf({ name: 'gpu.engine.tensor', gpu, value: 1.0003 }));
    expect(sample.readings).toEqual([{ name: 'gpu.engine.tensor', gpu, value: 1 }]);
    expect(rejected).toEqual([]);
  });

  it('leaves a good sample as it is, zeros and full marks included', () => {
    const sample = sampleOf(
      { name: 'gpu.utilization', gpu, value: 0 },
      { name: 'gpu.memory.used', gpu, value: 8 },
      { name: 'gpu.memory.total', gpu, value: 8 },
      { name: 'gpu.utilization', gpu: 'GPU-b', value: 1 },
    );
    expect(plausible(sample)).toEqual({ sample, rejected: [] });
  });
});
