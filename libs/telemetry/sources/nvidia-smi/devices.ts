import type { Device } from '#libs/core';
import type { FoundReadings } from './device-readings.ts';
import { deviceReadings } from './device-readings.ts';
import { textAt, type SmiLog } from './document.ts';
import { identityElements } from './elements.ts';
import { migDevices, migReadings, type MigElement } from './mig.ts';
import { whyNotAvailable } from './quantity.ts';

export interface FoundDevice extends FoundReadings {
  readonly device: Device;
  readonly migDevices: readonly MigElement[];
}

/** The devices of a document. One that cannot say which it is is left out: whoever saw it before will miss it. */
export function devicesOf({ driver, gpus }: SmiLog): readonly FoundDevice[] {
  return gpus.flatMap((gpu, index) => {
    const uuid = knownText(gpu, identityElements.uuid);
    return uuid === undefined ? [] : [deviceOf(gpu, { gpu: uuid, index, ...(driver !== undefined && { driver }) })];
  });
}

function deviceOf(gpu: unknown, identity: Device): FoundDevice {
  const model = knownText(gpu, identityElements.model);
  const pciBusId = knownText(gpu, identityElements.pciBusId);
  const mig = migOf(gpu);
  const own = deviceReadings(gpu, identity.gpu, mig === 'on');
  const perInstance = migReadings(gpu, identity.gpu);
  return {
    device: {
      ...identity,
      ...(model !== undefined && { model }),
      ...(pciBusId !== undefined && { pciBusId }),
      ...(mig !== undefined && { mig }),
      ...(isLost(own) && { lost: true }),
    },
    migDevices: migDevices(gpu),
    readings: [...own.readings, ...perInstance.readings],
    missing: [...own.missing, ...perInstance.missing],
  };
}

function migOf(gpu: unknown): Device['mig'] {
  switch (textAt(gpu, identityElements.mig)) {
    case 'Enabled':
      return 'on';
    case 'Disabled':
      return 'off';
    default:
      return undefined;
  }
}

// One broken sensor says ERR! on a device that works.
function isLost({ readings, missing }: FoundReadings): boolean {
  return readings.length === 0 && missing.some(({ why }) => why === 'lost');
}

function knownText(gpu: unknown, path: string): string | undefined {
  const text = textAt(gpu, path);
  return text === undefined || whyNotAvailable(text) !== undefined ? undefined : text;
}
