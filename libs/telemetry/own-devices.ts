import type { Device } from '#libs/core';
import type { OwnDevices } from './probe/source-spec.ts';

/**
 * Which devices are ours. Indices count only in CUDA_VISIBLE_DEVICES: those of NVIDIA_VISIBLE_DEVICES are the host's, and
 * a container sees its own devices numbered anew.
 */
export function ownDevices(environment: Readonly<Record<string, string | undefined>>): OwnDevices {
  const named = (variable: string): readonly string[] =>
    (environment[variable] ?? '').split(',').map((each) => each.trim());
  const cuda = named('CUDA_VISIBLE_DEVICES');
  const uuids = [...cuda, ...named('NVIDIA_VISIBLE_DEVICES')].filter((each) => /^(GPU|MIG)-/.test(each));
  return {
    uuids: [...new Set(uuids)],
    indices: cuda.filter((each) => /^\d+$/.test(each)).map(Number),
  };
}

/** A UUID may be cut short, as CUDA allows. */
export function isOwn(own: OwnDevices, device: Device): boolean {
  if (device.index !== undefined && own.indices.includes(device.index)) return true;
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
