import type { Device, ReadingName, Sample } from '#libs/core';

/** Of a whole device, and of one that is cut up by MIG. */
const wanted = {
  off: ['gpu.utilization', 'gpu.memory.used', 'gpu.memory.total'],
  on: ['gpu.mig.memory.used', 'gpu.mig.memory.total'],
} as const satisfies Readonly<Record<string, readonly ReadingName[]>>;

/** Adds the devices that were there before and are not now: lost, with what is wanted of them missing. */
export function withLost(sample: Sample, before: readonly Device[]): Sample {
  const present = new Set(sample.devices?.map(({ gpu }) => gpu));
  const gone = before.filter(({ gpu }) => !present.has(gpu));
  if (gone.length === 0) return sample;
  return {
    ...sample,
    devices: [...(sample.devices ?? []), ...gone.map((device) => ({ ...device, lost: true as const }))],
    missing: [
      ...sample.missing,
      ...gone.flatMap(({ gpu, mig = 'off' }) => wanted[mig].map((name) => ({ name, gpu, why: 'lost' as const }))),
    ],
  };
}
