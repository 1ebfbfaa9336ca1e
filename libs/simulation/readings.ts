import { sixDigits, type Reading } from '#libs/core';
import type { Plant } from './plant.ts';

/** The name under which the simulated device reports. */
export const simulatedGpu = 'GPU-simulated-0';

/** What the device's instruments have delivered by `t`, as the product reads a real one; empty before the first sample. */
export function readingsOf(plant: Plant, t: number): readonly Reading[] {
  const sample = plant.telemetry(t);
  if (sample === undefined) return [];
  const common = { gpu: simulatedGpu, source: 'simulated', age: sixDigits(t - sample.at) };
  return [
    { name: 'gpu.utilization', value: sixDigits(sample.utilization), unit: 'ratio', ...common },
    { name: 'gpu.memory.used', value: sixDigits(sample.memoryUsed), unit: 'bytes', ...common },
    { name: 'gpu.memory.total', value: plant.config.capacity, unit: 'bytes', ...common },
  ];
}
