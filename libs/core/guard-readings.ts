import type { Observation } from './observation.ts';
import type { Reading } from './telemetry.ts';

/** Memory of one device as it was just observed. */
export interface MemoryReading {
  /** UUID, with the GPU instance on a device cut up by MIG; `backend.cache` for a model server's own memory. */
  readonly device: string;
  readonly used: number;
  /** Undefined where it was not read this time. */
  readonly total: number | undefined;
  readonly takenAt: number;
}

/** Share of the cache a model server has in use: it is full at 1, and empty with no job. */
export const engineCache = 'backend.cache';

const usedNames: ReadonlySet<string> = new Set(['gpu.memory.used', 'gpu.mig.memory.used']);
const totalNames: ReadonlySet<string> = new Set(['gpu.memory.total', 'gpu.mig.memory.total']);

/** No device has more; and what is older than the guard's memory of jobs says nothing. */
const [mostBytes, oldest] = [2 ** 60, 60_000];

/** The engine's own number where there is one: from outside, a cache that was allocated at once is always full. */
export function memoryReadings({ readings }: Pick<Observation, 'readings'>, t: number): readonly MemoryReading[] {
  const usable = readings.filter(({ value, age }) => value >= 0 && value <= mostBytes && age >= 0 && age <= oldest);
  const cache = usable.find(({ name }) => name === engineCache);
  if (cache !== undefined) {
    return [{ device: engineCache, used: cache.value, total: 1, takenAt: t - cache.age }];
  }
  const totals = new Map(usable.filter(({ name }) => totalNames.has(name)).map((each) => [deviceOf(each), each.value]));
  return usable
    .filter(({ name }) => usedNames.has(name))
    .map((each) => ({
      device: deviceOf(each),
      used: each.value,
      total: totals.get(deviceOf(each)),
      takenAt: t - each.age,
    }));
}

function deviceOf({ gpu = '', instance }: Reading): string {
  return instance === undefined ? gpu : `${gpu}/${instance}`;
}
