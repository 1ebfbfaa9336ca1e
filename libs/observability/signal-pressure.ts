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

function fullestDevice(readings: readonly Reading[]): number | undefined {
  const used = readings.filter((reading) => reading.name === 'gpu.memory.used');
  const shares = used.flatMap(({ gpu, value }) => {
    const total = readings.find((reading) => reading.name === 'gpu.memory.total' && reading.gpu === gpu)?.value;
    return ratio(value, total) ?? [];
  });
  return shares.length === 0 ? undefined : Math.max(...shares);
}
