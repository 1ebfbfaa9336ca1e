import type { Reading } from '#libs/core';
import type { NamesOf } from './catalogue.ts';
import type { MetricFamilies } from './metrics.ts';

const byDevice = {
  gpu_utilization_ratio: 'gpu.utilization',
  gpu_memory_used_bytes: 'gpu.memory.used',
  gpu_memory_total_bytes: 'gpu.memory.total',
} as const satisfies Partial<Record<NamesOf<'gauge'>, string>>;

const ofHost = {
  host_cpu_utilization_ratio: 'host.cpu',
  host_memory_used_bytes: 'host.memory.used',
  host_memory_limit_bytes: 'host.memory.limit',
} as const satisfies Partial<Record<NamesOf<'gauge'>, string>>;

/** The readings the last period saw; one that has vanished loses its series. */
export function recordReadings(families: MetricFamilies, readings: readonly Reading[]): void {
  for (const [family, name] of entries(byDevice)) {
    const found = readings.filter((reading) => reading.name === name);
    families.replace(
      family,
      found.map(({ gpu, value }) => [{ gpu: gpu ?? '' }, value]),
    );
  }
  for (const [family, name] of entries(ofHost)) {
    const found = readings.filter((reading) => reading.name === name);
    families.replace(
      family,
      found.map(({ value }) => [{}, value]),
    );
  }
  const ages = new Map<string, number>();
  for (const { source, age } of readings) ages.set(source, Math.max(age, ages.get(source) ?? 0));
  families.replace(
    'telemetry_sample_age_seconds',
    [...ages].map(([source, age]) => [{ source }, age / 1000]),
  );
}

function entries<Table extends Readonly<Record<string, string>>>(
  table: Table,
): readonly (readonly [keyof Table, string])[] {
  return Object.entries(table);
}
