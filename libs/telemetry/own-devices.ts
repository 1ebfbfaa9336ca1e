import type { Device } from '#libs/core';
import type { OwnDevices } from './probe/source-spec.ts';

/**
 * Which devices are ours: of those that NVIDIA_VISIBLE_DEVICES gives the container, the ones CUDA_VISIBLE_DEVICES leaves to
 * this process. Indices count only in the latter: those of the former are the host's, and a container sees its own devices
 * numbered anew.
 */
export function ownDevices(environment: Readonly<Record<string, string | undefined>>): OwnDevices {
  const namedIn = (variable: string): readonly string[] =>
    (environment[variable] ?? '').split(',').map((each) => each.trim());
  const uuidsIn = (variable: string): readonly string[] => [
    ...new Set(namedIn(variable).filter((each) => /^(GPU|MIG)-/.test(each))),
  ];
  const ofProcess = uuidsIn('CUDA_VISIBLE_DEVICES');
  return {
    uuids: ofProcess.length > 0 ? ofProcess : uuidsIn('NVIDIA_VISIBLE_DEVICES'),
    indices: namedIn('CUDA_VISIBLE_DEVICES')
      .filter((each) => /^\d+$/.test(each))
      .map(Number),
  };
}

/** Ours of the devices seen. Names that match nothing say nothing: in a container only our own can be seen anyway. */
export function ownOf(own: OwnDevices, devices: readonly Device[]): readonly Device[] {
  const named = devices.filter((device) => isOwn(own, device));
  return named.length > 0 ? named : devices;
}

/** Indices as the UUIDs they mean now: once a device is gone, those behind it are counted anew. */
export function pinned(own: OwnDevices, devices: readonly Device[]): OwnDevices {
  const meant = devices.filter(({ index }) => index !== undefined && own.indices.includes(index));
  if (meant.length === 0) return own;
  const instances = own.uuids.filter((uuid) => uuid.startsWith('MIG-'));
  return { uuids: [...meant.map(({ gpu }) => gpu), ...instances], indices: [] };
}

/** A UUID may be cut short, as CUDA allows. */
function isOwn(own: OwnDevices, device: Device): boolean {
  // It picks from the devices whose UUIDs the container was given.
  if (device.index !== undefined && own.indices.length > 0) return own.indices.includes(device.index);
  return own.uuids.some(
    (uuid) => device.gpu.startsWith(uuid) || device.instances?.some((each) => each.uuid?.startsWith(uuid) === true),
  );
}

/** The GPU instance of a MIG device that is ours: the one named, else the only one seen; undefined when that cannot be told. */
export function ownInstance(own: OwnDevices, { instances = [] }: Device): string | undefined {
  const named = instances.find((each) => own.uuids.some((uuid) => each.uuid?.startsWith(uuid) === true));
  if (named !== undefined) return named.instance;
  const seen = new Set(instances.map(({ instance }) => instance));
  return seen.size === 1 ? instances[0]?.instance : undefined;
}
