import type { MigDevice } from '#libs/core';
import { firstNumber, inTwo, type FoundReadings } from './device-readings.ts';
import { elementsAt, textAt } from './document.ts';
import { migDeviceElements, migElements } from './elements.ts';
import { notUnderstood } from './quantity.ts';

/** A compute instance as `mig_devices` shows it; its UUID and profile only `nvidia-smi -L` knows. */
export interface MigElement extends MigDevice {
  /** Position on its device, by which `nvidia-smi -L` calls it. */
  readonly index: string;
}

export function migDevices(gpu: unknown): readonly MigElement[] {
  return elements(gpu).map((element, position) => {
    const computeInstance = textAt(element, migDeviceElements.computeInstance);
    return {
      instance: instanceOf(element),
      index: textAt(element, migDeviceElements.index) ?? String(position),
      ...(computeInstance !== undefined && { computeInstance }),
    };
  });
}

/** Memory of each GPU instance, once: its compute instances share it, and each of them shows all of it. */
export function migReadings(gpu: unknown, uuid: string): FoundReadings {
  const byInstance = Map.groupBy(elements(gpu), instanceOf);
  return inTwo(
    [...byInstance].flatMap(([instance, [element]]) => {
      const of = { gpu: uuid, instance };
      const used = firstNumber(element, { unit: 'MiB', paths: [migDeviceElements.used] });
      const total = firstNumber(element, { unit: 'MiB', paths: [migDeviceElements.total] });
      return [
        { name: 'gpu.mig.memory.used' as const, ...of, quantity: used },
        { name: 'gpu.mig.memory.total' as const, ...of, quantity: total },
      ];
    }),
  );
}

// `None` in place of them is a text, which has no such element below it.
function elements(gpu: unknown): readonly unknown[] {
  return elementsAt(gpu, migElements);
}

function instanceOf(element: unknown): string {
  const instance = textAt(element, migDeviceElements.instance);
  if (instance === undefined || !/^\d+$/.test(instance)) {
    throw notUnderstood(`a mig_device has ${instance === undefined ? 'no' : `"${instance}" for its`} gpu_instance_id`);
  }
  return instance;
}
