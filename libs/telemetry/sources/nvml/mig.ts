import type { MigDevice, ReadingName, SampledMissing, SampledReading } from '#libs/core';
import type { DeviceToRead, Readings } from './device-readings.ts';
import { readMemory } from './memory.ts';
import type { Handle } from './nvml-library.ts';
import { codes, whyMissing } from './return-codes.ts';

export interface MigReadings extends Readings {
  readonly instances: readonly MigDevice[];
}

export const migReadingNames: readonly ReadingName[] = ['gpu.mig.memory.used', 'gpu.mig.memory.total'];

/** The parts of a device that is cut up, and the memory of each GPU instance; its compute instances share it. */
export function readMig(device: DeviceToRead): MigReadings {
  const found = migDevices(device);
  if (found.handles === undefined) {
    const why = whyMissing(found.code);
    return { instances: [], readings: [], missing: migReadingNames.map((name) => ({ name, gpu: device.gpu, why })) };
  }

  const instances: MigDevice[] = [];
  const readings: SampledReading[] = [];
  const missing = new Map<string, readonly SampledMissing[]>();
  const known = new Set<string>();
  for (const handle of found.handles) {
    const identity = identify(device, handle);
    if (identity === undefined) continue;
    instances.push(identity);
    const { instance } = identity;
    if (known.has(instance)) continue;
    const { code, value } = readMemory(device.nvml, handle, device.calls, 'MIG ');
    if (value === undefined) {
      const why = whyMissing(code);
      missing.set(
        instance,
        migReadingNames.map((name) => ({ name, gpu: device.gpu, instance, why })),
      );
      continue;
    }
    known.add(instance);
    missing.delete(instance);
    readings.push(
      { name: 'gpu.mig.memory.used', gpu: device.gpu, instance, value: value.used },
      { name: 'gpu.mig.memory.total', gpu: device.gpu, instance, value: value.total },
    );
  }
  return { instances, readings, missing: [...missing.values()].flat() };
}

/** Their numbers have gaps: what was taken away leaves its number free. */
function migDevices({ nvml, handle, calls }: DeviceToRead): { code: number; handles?: readonly Handle[] } {
  const { maxMigDevices, migDevice } = nvml;
  const most = calls.ask('MIG devices', maxMigDevices && (() => maxMigDevices(handle)));
  if (most.value === undefined) return { code: most.code };
  const handles: Handle[] = [];
  for (let index = 0; index < most.value; index += 1) {
    const { code, value } = calls.ask('MIG device', migDevice && (() => migDevice(handle, index)));
    if (value !== undefined) handles.push(value);
    else if (code !== codes.notFound && code !== codes.noPermission) return { code };
  }
  return { code: codes.ok, handles };
}

function identify({ nvml, calls }: DeviceToRead, handle: Handle): MigDevice | undefined {
  const { gpuInstance, computeInstance, name } = nvml;
  const { value: instance } = calls.ask('GPU instance', gpuInstance && (() => gpuInstance(handle)));
  if (instance === undefined) return undefined;
  const { value: compute } = calls.ask('compute instance', computeInstance && (() => computeInstance(handle)));
  const { value: uuid } = calls.ask('MIG UUID', () => nvml.uuid(handle));
  const { value: fullName } = calls.ask('MIG name', name && (() => name(handle)));
  // "NVIDIA A100-SXM4-40GB MIG 1g.5gb"
  const [, profile] = /\bMIG (\S+)$/.exec(fullName ?? '') ?? [];
  return {
    instance: String(instance),
    ...(compute !== undefined && { computeInstance: String(compute) }),
    ...(uuid !== undefined && { uuid }),
    ...(profile !== undefined && { profile }),
  };
}
