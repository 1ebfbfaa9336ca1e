import type { DevicePage, Found, Outcome } from './device-page.ts';

const mebibyte = 1024 * 1024;

/** Memory of the device, and of each GPU instance of one that MIG has cut up. */
export function memoryReadings(page: DevicePage): readonly Outcome[] {
  const { gpu } = page;
  const ofInstances = [...page.profiles.keys()].flatMap((instance): readonly Outcome[] => {
    const { used, total } = memoryOf(page, instance);
    return [
      { name: 'gpu.mig.memory.used', gpu, instance, found: used },
      { name: 'gpu.mig.memory.total', gpu, instance, found: total },
    ];
  });
  const { used, total, reserved } = memoryOf(page);
  return [
    { name: 'gpu.memory.used', gpu, found: used },
    { name: 'gpu.memory.total', gpu, found: total },
    { name: 'gpu.memory.reserved', gpu, found: reserved },
    ...ofInstances,
  ];
}

interface Memory {
  /** Without what is reserved. */
  readonly used: Found;
  readonly total: Found;
  readonly reserved: Found;
}

function memoryOf(page: DevicePage, instance?: string): Memory {
  const find = (metric: string): Found => {
    const found = page.find([metric], instance);
    if ('value' in found) return { value: found.value * mebibyte };
    // Exported for the instances only: MIG is why the device has none.
    return instance === undefined && found.why === 'not-exported' && page.has([metric]) ? { why: 'mig' } : found;
  };
  const used = find('DCGM_FI_DEV_FB_USED');
  const reserved = find('DCGM_FI_DEV_FB_RESERVED');
  return { used, reserved, total: totalOf(find('DCGM_FI_DEV_FB_TOTAL'), used, find('DCGM_FI_DEV_FB_FREE'), reserved) };
}

/**
 * Off by default; then used + free + reserved. Where the exporter does not tell what is reserved, it is counted as 0: old
 * ones count it as used, and with new ones the total is then too small by less than 1 GiB, which is the safe side.
 */
function totalOf(total: Found, used: Found, free: Found, reserved: Found): Found {
  if ('value' in total) return total;
  if ('why' in used) return used;
  if ('why' in free) return free;
  return { value: used.value + free.value + ('value' in reserved ? reserved.value : 0) };
}
