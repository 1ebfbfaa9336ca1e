import { controlReadings, type Device, type Sample, type SourceKind, type WhyMissing } from '#libs/core';
import type { MetricFamilies } from './metrics.ts';
import type { ShownSample } from './show-readings.ts';

/** Which devices there are, and which of the wanted readings they report. */
export function showDevices(families: MetricFamilies, shown: readonly ShownSample[]): void {
  // One that does not answer any more is not there: alerts count devices.
  const present = shown.flatMap(({ sample }) => sample.devices ?? []).filter(({ lost }) => lost !== true);
  families.replace(
    'gpu_info',
    present.map((device) => [identity(device), 1]),
  );
  families.replace('gpu_mig_info', present.flatMap(migDevices));
  families.replace(
    'telemetry_field_available',
    shown.flatMap(({ source, sample }) => availability(source, sample)),
  );
}

function identity({ gpu, index, model, driver, pciBusId, mig }: Device) {
  return {
    gpu,
    index: index === undefined ? '' : String(index),
    model: model ?? '',
    driver_version: driver ?? '',
    pci_bus_id: pciBusId ?? '',
    mig_mode: mig ?? '',
  };
}

function migDevices({ gpu, instances = [] }: Device) {
  return instances.map(({ instance, computeInstance = '', uuid = '', profile = '' }) => {
    const labels = { gpu, mig: uuid, gpu_instance: instance, compute_instance: computeInstance, profile };
    return [labels, 1] as const;
  });
}

/** What the device itself says. That a sample has none yet, or one that cannot be, says nothing about the device. */
const saidByDevice: ReadonlySet<WhyMissing> = new Set<WhyMissing>([
  'not-supported',
  'no-permission',
  'deprecated',
  'mig',
  'lost',
  'not-exported',
]);

function availability(source: SourceKind, { readings, missing }: Sample) {
  const labels = ({ name, gpu = '' }: { readonly name: string; readonly gpu?: string }) => ({
    source,
    gpu,
    field: name,
  });
  const wanted = ({ name }: { readonly name: string }): boolean => controlReadings.has(name);
  const absent = missing.filter((reading) => wanted(reading) && saidByDevice.has(reading.why));
  // The last one counts: a reading of one GPU instance is one of the device.
  return [
    ...absent.map((reading) => [labels(reading), 0] as const),
    ...readings.filter(wanted).map((reading) => [labels(reading), 1] as const),
  ];
}
