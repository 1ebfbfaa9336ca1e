import type { DecisionRecord, Reading } from '#libs/core';
import type { Signal } from './label-sets.ts';

/** Each signal over its ceiling as the record's observation holds it, 0..1 and beyond; unknown = key absent. */
export function signalPressure(record: DecisionRecord): Readonly<Partial<Record<Signal, number>>> {
  const { slack, readings } = record.observation;
  const values: Record<Signal, number | undefined> = {
    latency: slack?.p90,
    'gpu-memory': fullestDevice(readings),
    'gpu-utilization': mean(named(readings, 'gpu.utilization')),
    'kv-cache': mean(named(readings, 'backend.cache')),
    cpu: mean(named(readings, 'host.cpu')),
    memory: ratio(named(readings, 'host.memory.used')[0], named(readings, 'host.memory.limit')[0]),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function named(readings: readonly Reading[], name: string): readonly number[] {
  return readings.filter((reading) => reading.name === name).map((reading) => reading.value);
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function ratio(used: number | undefined, ceiling: number | undefined): number | undefined {
  return used === undefined || ceiling === undefined || ceiling <= 0 ? undefined : used / ceiling;
}

/** Of devices, and of the GPU instances of those that are cut up by MIG. */
function fullestDevice(readings: readonly Reading[]): number | undefined {
  const shares = [...memoryShares(readings, 'gpu.memory'), ...memoryShares(readings, 'gpu.mig.memory')];
  return shares.length === 0 ? undefined : Math.max(...shares);
}

function memoryShares(readings: readonly Reading[], name: 'gpu.memory' | 'gpu.mig.memory'): readonly number[] {
  const totals = readings.filter((reading) => reading.name === `${name}.total`);
  return readings.flatMap((used) => {
    if (used.name !== `${name}.used`) return [];
    const total = totals.find(({ gpu, instance }) => gpu === used.gpu && instance === used.instance);
    return ratio(used.value, total?.value) ?? [];
  });
}
