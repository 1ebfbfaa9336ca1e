import {
  withoutSecrets,
  type Sample,
  type SampledMissing,
  type SampledReading,
  type TelemetrySource,
} from '#libs/core';
import type { SourceSpec } from '../../probe/source-spec.ts';
import { CollectionError } from '../collection-error.ts';
import { parseExposition, type ExpositionSample } from '../exposition.ts';
import { scrape } from '../scrape.ts';
import {
  backendPrefixes,
  backendReadings,
  type Backend,
  type BackendMetric,
  type BackendReading,
} from './backend-metrics.ts';

/** Queue, batch and cache of the model server that does the work: vLLM, TGI or Triton, told by its metrics' names. */
export class ModelServerSource implements TelemetrySource {
  readonly name = 'model-server';
  readonly #url: string;

  constructor({ url }: Extract<SourceSpec, { kind: 'model-server' }>) {
    this.#url = url;
  }

  async read(signal: AbortSignal): Promise<Sample> {
    const samples = parseExposition(await scrape(this.#url, { signal, server: 'model server' }));
    const shown = backendsOf(samples);
    const [backend] = shown;
    if (backend === undefined) throw notUnderstood(samples, withoutSecrets(this.#url));
    const readings: SampledReading[] = [];
    const missing: SampledMissing[] = [];
    for (const { reading: name, combine, metrics } of backendReadings) {
      const candidates = shown.flatMap((each) => metrics[each] ?? []);
      const series = seriesOf(samples, candidates);
      // One engine without a number makes the whole unknown: a sum of the others would be too small.
      if (series.length > 0 && series.every(Number.isFinite)) readings.push({ name, value: combined(series, combine) });
      else missing.push({ name, why: candidates.length === 0 ? 'not-supported' : 'not-exported' });
    }
    return { readings, missing, backend };
  }

  async close(): Promise<void> {}
}

/** The inner one first: Triton serves through vLLM, never the other way round. */
const backends: readonly Backend[] = ['vllm', 'tgi', 'triton'];

/** More than one where one serves through another. */
function backendsOf(samples: readonly ExpositionSample[]): readonly Backend[] {
  return backends.filter((backend) =>
    samples.some(({ name }) => backendPrefixes[backend].some((prefix) => name.startsWith(prefix))),
  );
}

/** The numbers of the first of the metrics that is on the page. */
function seriesOf(samples: readonly ExpositionSample[], metrics: readonly BackendMetric[]): readonly number[] {
  const candidates = metrics.map(({ name, where }) =>
    samples
      .filter((sample) => sample.name === name && (where === undefined || sample.labels.get(where[0]) === where[1]))
      .map(({ value }) => value),
  );
  return candidates.find((values) => values.length > 0) ?? [];
}

function combined(series: readonly number[], combine: BackendReading['combine']): number {
  switch (combine) {
    case 'sum':
      return series.reduce((sum, value) => sum + value, 0);
    case 'maximum':
      return Math.max(...series);
  }
}

function notUnderstood(samples: readonly ExpositionSample[], url: string): CollectionError {
  const known = Object.values(backendPrefixes).flat().join(', ');
  const [first] = samples;
  return first === undefined
    ? new CollectionError({
        result: 'parse',
        message: `the page at ${url} is empty`,
        next: 'Send the model server one request: some show metrics only after the first.',
      })
    : new CollectionError({
        result: 'parse',
        message: `the page at ${url} has metrics (${first.name}, …) and none that begins with ${known}`,
        next: 'Point the URL at the metrics of a vLLM, TGI or Triton server.',
      });
}
