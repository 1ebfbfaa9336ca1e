import type { Device, MigDevice } from '#libs/core';
import type { FoundDevice } from './devices.ts';

/** UUID and profile of a MIG device, by its device's UUID and its index on it. */
export type MigNames = ReadonlyMap<string, Pick<MigDevice, 'uuid' | 'profile'>>;

/** From what `nvidia-smi -L` prints: a line for each device, and below it one for each of its MIG devices. */
export function parseMigNames(list: string): MigNames {
  const names = new Map<string, Pick<MigDevice, 'uuid' | 'profile'>>();
  let gpu = '';
  for (const line of list.split('\n')) {
    gpu = /^GPU \d+: .*\(UUID: ([^)]+)\)/.exec(line)?.[1] ?? gpu;
    const [, profile, index, uuid] = /^\s+MIG (\S+)\s+Device\s+(\d+):\s+\(UUID: ([^)]+)\)/.exec(line) ?? [];
    if (profile !== undefined && index !== undefined && uuid !== undefined) {
      names.set(`${gpu} ${index}`, { uuid, profile });
    }
  }
  return names;
}

/** The device with its MIG devices, named as far as their names are known. */
export function withInstances({ device, migDevices }: FoundDevice, names: MigNames): Device {
  if (migDevices.length === 0) return device;
  const instances = migDevices.map(({ index, ...each }) => ({ ...each, ...names.get(`${device.gpu} ${index}`) }));
  return { ...device, instances };
}

/** The set of MIG devices in words: names are asked for again when it changes. */
export function migSet(devices: readonly FoundDevice[]): string {
  return devices
    .flatMap(({ device, migDevices }) =>
      migDevices.map(({ index, instance, computeInstance }) =>
        [device.gpu, index, instance, computeInstance].join(' '),
      ),
    )
    .join('\n');
}
