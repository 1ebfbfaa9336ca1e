import type { OwnDevices } from '../../probe/source-spec.ts';
import { CollectionError } from '../collection-error.ts';
import type { DevicePage } from './device-page.ts';

interface Choice {
  readonly own: OwnDevices;
  /** Without secrets, for messages. */
  readonly url: string;
  /** Host names that the page gives itself. */
  readonly hosts: readonly string[];
}

/**
 * Those of the exporter's devices that are ours: by UUID, or the only one there is when ours is not known by UUID. An
 * index says nothing: the exporter's count of devices is not ours.
 * @throws {CollectionError} empty: it shows none, or none of ours; error: it cannot be told which is ours
 */
export function ownPages(pages: readonly DevicePage[], choice: Choice): readonly DevicePage[] {
  if (pages.length === 0) {
    throw new CollectionError({
      result: 'empty',
      message: `dcgm-exporter at ${choice.url} shows no device`,
      next: 'Look into the log of dcgm-exporter: it must see the devices of this node.',
    });
  }
  const uuids = choice.own.uuids.map(deviceUuid).filter((uuid) => uuid !== undefined);
  return uuids.length > 0 ? matching(pages, uuids, choice) : theOnlyOne(pages, choice);
}

function matching(pages: readonly DevicePage[], uuids: readonly string[], choice: Choice): readonly DevicePage[] {
  const own = pages.filter(({ gpu }) => uuids.some((uuid) => gpu.toLowerCase().startsWith(uuid)));
  if (own.length > 0) return own;
  throw new CollectionError({
    result: 'empty',
    message: `dcgm-exporter at ${choice.url} answers for other devices${ofHosts(choice)}: ${pages
      .slice(0, 4)
      .map(({ gpu }) => gpu)
      .join(', ')}`,
    next: "It is another node's or another pod's exporter: point the URL at the one of this node.",
  });
}

function theOnlyOne(pages: readonly DevicePage[], choice: Choice): readonly DevicePage[] {
  if (pages.length === 1) return pages;
  const mig = choice.own.uuids.some((uuid) => /^MIG-/i.test(uuid));
  throw new CollectionError({
    result: 'error',
    message: `dcgm-exporter at ${choice.url} shows ${pages.length} devices${ofHosts(choice)} and none is known to be ours`,
    next: mig
      ? 'The exporter does not tell the UUIDs of MIG devices: read nvml or nvidia-smi, or an exporter that shows one device.'
      : "Set NVIDIA_VISIBLE_DEVICES=GPU-… to our device's UUID, or point the URL at an exporter that shows only ours.",
  });
}

/** `GPU-…`, also of the older way to name a MIG device, `MIG-GPU-…/1/0`; a newer one, `MIG-…`, does not say it. */
function deviceUuid(uuid: string): string | undefined {
  const [, device] = /^(?:MIG-)?(GPU-[^/]+)/i.exec(uuid) ?? [];
  return device?.toLowerCase();
}

function ofHosts({ hosts }: Choice): string {
  return hosts.length === 0 ? '' : ` of ${hosts.join(', ')}`;
}
