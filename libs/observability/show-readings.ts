import { clockLimitReasons, type Sample, type SampledReading, type SourceKind } from '#libs/core';
import { families as all, type NamesOf } from './catalogue.ts';
import type { Labels } from './closed-labels.ts';
import type { FedCounters } from './fed-counters.ts';
import type { MetricFamilies } from './metrics.ts';
import { readingPlaces, type Place } from './reading-places.ts';

/** A sample that is true now. */
export interface ShownSample {
  readonly source: SourceKind;
  readonly sample: Sample;
}

type Series = (readonly [Labels, number])[];

/** Every reading of the samples in its family; what none of them holds loses its series. */
export function showReadings(families: MetricFamilies, shown: readonly ShownSample[], counters: FedCounters): void {
  const series = new Map<Place['family'], Series>(placedFamilies.map((family) => [family, []]));
  const limits: (readonly [{ gpu: string; reason: string }, number])[] = [];
  for (const { sample } of shown) {
    for (const reading of sample.readings) {
      if (reading.name === 'gpu.clock.limit.reasons') limits.push(...clockLimits(reading));
      if (reading.name === 'gpu.clock.limit.reasons' || reading.name === 'gpu.xid') continue;
      const place = readingPlaces[reading.name];
      const value = isCounter(place.family) ? counters.total(sample, reading) : reading.value;
      if (value !== undefined) series.get(place.family)?.push([labelsAt(place, sample, reading), value]);
    }
  }
  for (const [family, values] of series) families.replace(family, values);
  families.replace('gpu_clock_limit_reason_active', limits);
}

const placedFamilies = [...new Set(Object.values(readingPlaces).map(({ family }) => family))];

function isCounter(family: Place['family']): family is NamesOf<'counter'> {
  return all[family].type === 'counter';
}

function labelsAt({ family, labels: named }: Place, sample: Sample, reading: SampledReading): Labels {
  const names = all[family].labels;
  return {
    ...('gpu' in names && { gpu: reading.gpu ?? '' }),
    ...('gpu_instance' in names && { gpu_instance: reading.instance ?? '' }),
    ...('backend' in names && { backend: sample.backend ?? 'other' }),
    ...named,
  };
}

function clockLimits({
  gpu = '',
  value,
}: SampledReading): readonly (readonly [{ gpu: string; reason: string }, number])[] {
  return Object.entries(clockLimitReasons).map(([reason, bit]) => [{ gpu, reason }, (value & bit) === 0 ? 0 : 1]);
}
