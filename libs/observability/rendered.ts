import type { ParsedFamily } from './strict-open-metrics.ts';

/** Finds in rendered metrics, for specs; names without `flyball_`. */
export function seriesOf(
  all: ReadonlyMap<string, ParsedFamily>,
  name: string,
): ReadonlyMap<string, number> | undefined {
  return all.get(`flyball_${name.replace(/_total$/, '')}`)?.series;
}

/** @param series as written, e.g. `queue_jobs{queue="a",state="waiting"}` */
export function valueOf(all: ReadonlyMap<string, ParsedFamily>, series: string): number | undefined {
  for (const family of all.values()) {
    const value = family.series.get(`flyball_${series}`);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Every value by its series. */
export function valuesOf(all: ReadonlyMap<string, ParsedFamily>): Readonly<Record<string, number>> {
  const series = [...all.values()].flatMap((family) => [...family.series]);
  return Object.fromEntries(series.map(([key, value]) => [key.replace(/^flyball_/, ''), value]));
}
