import type { ReadingName, Sample, SampledReading } from '#libs/core';

/** What one healthy device without MIG reports, for specs; each states only what it is about. */
export function deviceSample(values: Partial<Record<ReadingName, number>> = {}, gpu = 'GPU-a'): Sample {
  const told: Partial<Record<ReadingName, number>> = {
    'gpu.utilization': 0.5,
    'gpu.memory.used': 60,
    'gpu.memory.total': 80,
    'gpu.power': 210.5,
    'gpu.temperature.core': 61,
    'gpu.clock.sm': 1.41e9,
    'gpu.clock.limit.reasons': 0x4,
    'gpu.energy': 1000,
    'gpu.engine.tensor': 0,
    ...values,
  };
  return {
    readings: readingsOf(told).map((reading) => ({ ...reading, gpu })),
    missing: [],
    devices: [{ gpu, index: 0, model: 'Invented 80GB', driver: '570.1', pciBusId: '0000:07:00.0', mig: 'off' }],
  };
}

export function hostSample(values: Partial<Record<ReadingName, number>> = {}): Sample {
  return { readings: readingsOf({ 'host.cpu': 0, 'host.cpu.throttled': 1.5, ...values }), missing: [] };
}

export function readingsOf(values: Partial<Record<ReadingName, number>>): readonly SampledReading[] {
  return Object.entries(values).map(([name, value]) => ({ name: name as ReadingName, value }));
}
