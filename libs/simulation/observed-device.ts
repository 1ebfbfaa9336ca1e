import {
  controlReadings,
  freshIntervals,
  readingUnits,
  sixDigits,
  type MissingReading,
  type Observation,
  type Reading,
  type Sample,
} from '#libs/core';
import { sampleInterval } from './meter.ts';
import type { SimulatedDevice } from './simulated-device.ts';

/**
 * A device as the product's telemetry hands it to laws: read once a period, only what they may listen to, and what has
 * grown old is missing.
 */
export class ObservedDevice {
  readonly #device: SimulatedDevice;
  #sample: Sample = { readings: [], missing: [] };
  #takenAt = 0;

  constructor(device: SimulatedDevice) {
    this.#device = device;
  }

  observe(t: number): Pick<Observation, 'readings' | 'missing'> {
    const sample = this.#device.read(t);
    if (sample !== undefined) {
      this.#sample = sample;
      this.#takenAt = t - (sample.age ?? 0);
    }
    const readings = forLaws(this.#sample, this.#sample.readings);
    const missing = forLaws(this.#sample, this.#sample.missing);
    const age = sixDigits(t - this.#takenAt);
    if (age > freshIntervals * sampleInterval) {
      const stale = readings.map(({ value: _value, ...which }): MissingReading => ({ ...which, why: 'stale' }));
      return { readings: [], missing: [...stale, ...missing] };
    }
    const aged = readings.map(({ value, ...which }): Reading => ({
      ...which,
      value: sixDigits(value),
      unit: readingUnits[which.name],
      source: 'simulated',
      age,
    }));
    return { readings: aged, missing };
  }
}

/** On a device cut up by MIG the memory of the whole is not ours. */
function forLaws<Named extends { readonly name: string }>(sample: Sample, all: readonly Named[]): readonly Named[] {
  const slice = sample.devices?.some(({ mig }) => mig === 'on') === true;
  return all.filter(({ name }) => controlReadings.has(name) && !(slice && name.startsWith('gpu.memory.')));
}
