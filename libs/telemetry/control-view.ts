import {
  controlReadings,
  readingUnits,
  sixDigits,
  type Device,
  type MissingReading,
  type Reading,
  type Sample,
  type SampledMissing,
  type SampledReading,
  type SourceKind,
} from '#libs/core';
import { ownInstance, ownOf } from './own-devices.ts';
import type { OwnDevices } from './probe/source-spec.ts';

/** What of a sample a law may see: readings without their age, which grows. */
export interface ControlView {
  readonly readings: readonly Omit<Reading, 'age'>[];
  readonly missing: readonly MissingReading[];
}

export interface ControlViewOptions {
  readonly own: OwnDevices;
  /** Others use the device too: its numbers are everybody's, and no law's. */
  readonly shared: boolean;
}

/**
 * Of all that was sampled, what is for control: of our own devices only, and on one that is cut up by MIG the memory of
 * our GPU instance instead of the whole device's.
 */
export function controlView(source: SourceKind, sample: Sample, { own, shared }: ControlViewOptions): ControlView {
  const devices = sample.devices ?? [];
  const ours = new Map(ownOf(own, devices).map((device) => [device.gpu, placeOf(device, own)]));
  const isOurs = ({ name, gpu, instance }: SampledReading | SampledMissing): boolean => {
    if (!controlReadings.has(name)) return false;
    if (gpu === undefined) return true;
    const place = ours.get(gpu);
    if (place === undefined) return devices.length === 0;
    if (instance !== undefined && instance !== place.instance) return false;
    return place.mig ? !name.startsWith('gpu.memory.') : !name.startsWith('gpu.mig.');
  };
  const readings = sample.readings.filter(isOurs);
  const missing: readonly MissingReading[] = [...sample.missing.filter(isOurs), ...untold(ours)];
  if (shared && source !== 'model-server' && source !== 'host') {
    return { readings: [], missing: [...missing, ...readings.map((reading) => notOurs(reading))] };
  }
  return {
    readings: readings.map((reading) => ({
      ...reading,
      value: sixDigits(reading.value),
      unit: readingUnits[reading.name],
      source,
    })),
    missing,
  };
}

interface Place {
  readonly mig: boolean;
  readonly instance: string | undefined;
}

function placeOf(device: Device, own: OwnDevices): Place {
  return { mig: device.mig === 'on', instance: ownInstance(own, device) };
}

/** Several GPU instances and no word which of them is ours. */
function untold(ours: ReadonlyMap<string, Place>): readonly MissingReading[] {
  return [...ours].flatMap(([gpu, { mig, instance }]) =>
    mig && instance === undefined
      ? (['gpu.mig.memory.used', 'gpu.mig.memory.total'] as const).map((name) => ({ name, gpu, why: 'mig' as const }))
      : [],
  );
}

function notOurs({ name, gpu, instance }: SampledReading): MissingReading {
  return {
    name,
    ...(gpu !== undefined && { gpu }),
    ...(instance !== undefined && { instance }),
    why: 'shared',
  };
}
