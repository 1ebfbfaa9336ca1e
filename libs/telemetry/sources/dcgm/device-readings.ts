import type { ReadingName, SampledMissing, SampledReading } from '#libs/core';
import { dcgmMetrics, type DcgmMetric } from './dcgm-metrics.ts';
import type { DevicePage, Found, Outcome } from './device-page.ts';
import { memoryReadings } from './memory-readings.ts';

export interface DeviceReadings {
  readonly readings: readonly SampledReading[];
  readonly missing: readonly SampledMissing[];
}

/** Every reading of one device and its GPU instances, and why the others are not there. */
export function deviceReadings(page: DevicePage): DeviceReadings {
  const outcomes = [...dcgmMetrics.flatMap((metric) => outcomesOf(page, metric)), ...memoryReadings(page)];
  return {
    readings: outcomes.flatMap(({ found, ...place }) => ('value' in found ? [{ ...place, value: found.value }] : [])),
    missing: outcomes.flatMap(({ found, ...place }) => ('why' in found ? [{ ...place, why: found.why }] : [])),
  };
}

function outcomesOf(page: DevicePage, metric: DcgmMetric): readonly Outcome[] {
  const place = { name: metric.reading, gpu: page.gpu };
  if (metric.of === 'device') return outcome(metric, place, page.findAnywhere(metric.metrics));
  const ofInstances = [...page.profiles.keys()].flatMap((instance) => {
    const found = page.find(metric.metrics, instance);
    return 'value' in found ? outcome(metric, { ...place, instance }, found) : [];
  });
  const whole = page.find(metric.metrics);
  if ('value' in whole || ofInstances.length === 0) {
    return [...outcome(metric, place, unlessMig(page, metric.reading, whole)), ...ofInstances];
  }
  return ofInstances;
}

function outcome(metric: DcgmMetric, place: Omit<Outcome, 'found'>, found: Found): readonly Outcome[] {
  if (!('value' in found)) return [{ ...place, found }];
  if (found.value === 0 && metric.zero === 'not-supported') return [{ ...place, found: { why: 'not-supported' } }];
  return [{ ...place, found: { value: metric.convert(found.value) } }];
}

/** The driver reports these two for no device that MIG has cut up. */
function unlessMig(page: DevicePage, name: ReadingName, found: Found): Found {
  const concerned = name === 'gpu.utilization' || name === 'gpu.memory.bandwidth';
  return concerned && page.profiles.size > 0 && 'why' in found ? { why: 'mig' } : found;
}
