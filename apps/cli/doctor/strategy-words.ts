import type { MissingReading } from '#libs/core';
import type { Examined } from '#libs/telemetry';

/** What of the readings a strategy makes its limit from. `devices`: how many answer. */
export function strategyWords(
  { readings, missing }: NonNullable<Examined['control']>,
  { shared, devices }: { readonly shared: boolean; readonly devices: number },
): string {
  if (shared) {
    return 'No strategy acts on them: TELEMETRY_GPU_SHARED=true says that others use the GPU too. They are shown all the same.';
  }
  if (readings.length > 0) {
    const names = [...new Set(readings.map(({ name }) => name))].join(', ');
    return `Strategies may act on ${names}${ofDevices(new Set(readings.flatMap(({ gpu }) => gpu ?? [])), devices)}.`;
  }
  return isUntold(missing)
    ? 'No strategy can act on them: nothing says which of the MIG instances is ours. Set NVIDIA_VISIBLE_DEVICES to its name above (MIG-…).'
    : 'No strategy can act on them: what they listen to is missing.';
}

function ofDevices(ours: ReadonlySet<string>, all: number): string {
  if (all < 2) return '';
  if (ours.size === all) return ` of all ${all} GPUs`;
  return ` of ${[...ours].join(', ')}: CUDA_VISIBLE_DEVICES or NVIDIA_VISIBLE_DEVICES says that the others are not ours`;
}

function isUntold(missing: readonly MissingReading[]): boolean {
  return missing.some(({ name, why }) => name.startsWith('gpu.mig.') && why === 'mig');
}
