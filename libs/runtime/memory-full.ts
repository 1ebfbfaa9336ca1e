import type { Reading } from '#libs/core';

/** Memory at a death is a sample of up to a second before it: a device this full had no room for one more job. */
const full = 0.98;

/** Whether a device, or our instance of one, has all but used up what driver and firmware leave of its memory. */
export function memoryFull(readings: readonly Reading[]): boolean {
  return readings.some((used) => {
    const total = beside(readings, used, totals[used.name]);
    const reserved = used.name === 'gpu.memory.used' ? (beside(readings, used, 'gpu.memory.reserved') ?? 0) : 0;
    return total !== undefined && total > reserved && used.value >= full * (total - reserved);
  });
}

const totals: Readonly<Record<string, string>> = {
  'gpu.memory.used': 'gpu.memory.total',
  'gpu.mig.memory.used': 'gpu.mig.memory.total',
};

/** Another reading of the same place. */
function beside(readings: readonly Reading[], at: Reading, name: string | undefined): number | undefined {
  return readings.find((each) => each.name === name && each.gpu === at.gpu && each.instance === at.instance)?.value;
}
