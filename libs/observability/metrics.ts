import { setImmediate } from 'node:timers/promises';
import { collectDefaultMetrics, Counter, Gauge, Registry, type Metric, type RegistryContentType } from 'prom-client';
import { catalogue, families, type LabelsOf, type NamesOf } from './catalogue.ts';
import { BucketHistogram } from './bucket-histogram.ts';
import { Cells } from './cells.ts';
import { closedLabels, type Labels } from './closed-labels.ts';
import { bucketEdges, type Family } from './family.ts';
import { startValues, type KnownLabels } from './start-values.ts';
import type { TraceIds } from './trace-ids.ts';

export interface MetricFamiliesOptions {
  readonly known: KnownLabels;
  /** Becomes an edge of `job_service_seconds`, so that misses of the target can be counted. */
  readonly latencyTargetMs?: number | undefined;
  /** `classic` is what `promtool check metrics` reads. */
  readonly format?: 'openmetrics' | 'classic' | undefined;
  /** Clock of the exemplars, ms since 1970. */
  readonly wall?: (() => number) | undefined;
}

interface Count {
  readonly labels: Labels;
  value: number;
}

/**
 * The catalogue in a client library, and the only file that knows which one. Nothing here throws for what it is told: a
 * value outside its set becomes `other`, a number that is none is left out.
 */
export class MetricFamilies {
  readonly contentType: RegistryContentType;
  readonly #registries: readonly Registry<RegistryContentType>[];
  readonly #counters = new Map<string, Cells<Count>>();
  readonly #histograms = new Map<string, BucketHistogram>();
  readonly #gauges = new Map<string, { readonly metric: Gauge; readonly closed: (labels: Labels) => Labels }>();
  readonly #states = new Map<string, Labels | undefined>();

  constructor(options: MetricFamiliesOptions) {
    this.contentType =
      options.format === 'classic' ? Registry.PROMETHEUS_CONTENT_TYPE : Registry.OPENMETRICS_CONTENT_TYPE;
    const groups = Object.values(catalogue).map((group) => {
      const registry = emptyRegistry(this.contentType);
      for (const [name, family] of Object.entries<Family>(group)) this.#build(name, family, registry, options);
      return registry;
    });
    this.#registries = [...groups, processRegistry(this.contentType)];
    for (const [name, family] of Object.entries<Family>(families)) {
      const canOverflow = Object.values(family.labels).some((values) => values !== 'queue');
      if (canOverflow && name !== 'label_overflow_total') this.#overflowed(name, 0);
    }
  }

  count<Name extends NamesOf<'counter'>>(name: Name, labels: LabelsOf<Name>, by = 1): void {
    const cell = this.#counters.get(name)?.at(labels);
    if (cell !== undefined && by >= 0 && by < Infinity) cell.value += by;
  }

  /** In the family's unit; below 0 counts as 0. A family that carries exemplars keeps the trace it is told. */
  observe<Name extends NamesOf<'histogram'>>(
    name: Name,
    labels: LabelsOf<Name>,
    value: number,
    trace?: TraceIds,
  ): void {
    if (Number.isFinite(value)) this.#histograms.get(name)?.observe(labels, Math.max(0, value), trace);
  }

  set<Name extends NamesOf<'gauge'>>(name: Name, labels: LabelsOf<Name>, value: number): void {
    const gauge = this.#gauges.get(name);
    if (Number.isFinite(value)) gauge?.metric.set(gauge.closed(labels), value);
  }

  /** All there is of a family now: what is not among it loses its series. A counter that is fed so counts elsewhere. */
  replace<Name extends NamesOf<'gauge' | 'state-set' | 'counter'>>(
    name: Name,
    series: Iterable<readonly [LabelsOf<Name>, number]>,
  ): void {
    const cells = this.#counters.get(name);
    cells?.clear();
    const gauge = this.#gauges.get(name);
    if (gauge !== undefined) clear(gauge.metric);
    for (const [labels, value] of series) {
      if (!Number.isFinite(value)) continue;
      if (cells !== undefined) cells.at(labels).value = value;
      else gauge?.metric.set(gauge.closed(labels), value);
    }
  }

  /** Enters one state of a state set and leaves the one before; `undefined`: none is active. */
  enter<Name extends NamesOf<'state-set'>>(name: Name, labels: LabelsOf<Name> | undefined): void {
    const set = this.#gauges.get(name);
    if (set === undefined) return;
    const before = this.#states.get(name);
    if (before !== undefined) set.metric.set(before, 0);
    const now = labels && set.closed(labels);
    if (now !== undefined) set.metric.set(now, 1);
    this.#states.set(name, now);
  }

  /** Group by group with a turn of the event loop between, so that a scrape delays no job by more than one group. */
  async render(): Promise<string> {
    const texts: string[] = [];
    for (const registry of this.#registries) {
      texts.push((await registry.metrics()).replace(/# EOF\n$/, ''));
      await setImmediate();
    }
    return this.contentType === Registry.OPENMETRICS_CONTENT_TYPE ? `${texts.join('')}# EOF\n` : texts.join('\n');
  }

  close(): void {
    for (const registry of this.#registries) registry.clear();
  }

  #overflowed(family: string, by: number): void {
    this.count('label_overflow_total', { family }, by);
  }

  #build(name: string, family: Family, registry: Registry<RegistryContentType>, options: MetricFamiliesOptions): void {
    const labelNames = Object.keys(family.labels);
    const registers = [registry as Registry];
    const setup = { name: `flyball_${name}`, help: family.help, labelNames };
    const starts = startValues(family, options.known);
    // Its labels are the names of families, however many there are; it cannot overflow into itself.
    const closed =
      name === 'label_overflow_total'
        ? (labels: Labels): Labels => labels
        : closedLabels(family, () => this.#overflowed(name, 1));
    if (family.type === 'counter') {
      const cells = new Cells<Count>(labelNames, closed, (labels) => ({ labels, value: 0 }));
      for (const labels of starts) cells.at(labels);
      this.#counters.set(name, cells);
      const metric: Counter = new Counter({ ...setup, registers, collect: () => recount(metric, cells) });
    } else if (family.type === 'histogram') {
      const wall = family.exemplars === true ? (options.wall ?? Date.now) : undefined;
      const metric = new BucketHistogram({
        ...setup,
        closed,
        edges: edges(name, family, options.latencyTargetMs),
        wall,
      });
      for (const labels of starts) metric.zero(labels);
      this.#histograms.set(name, metric);
      // The registry asks a metric for its values and cares for nothing else of it.
      registry.registerMetric(metric as unknown as Metric);
    } else {
      const metric = new Gauge({ ...setup, registers });
      clear(metric);
      for (const labels of starts) metric.set(labels, 0);
      this.#gauges.set(name, { metric, closed });
    }
  }
}

function recount(metric: Counter, cells: Cells<Count>): void {
  clear(metric);
  for (const { labels, value } of cells.all()) metric.inc(labels, value);
}

/** A metric without labels resets to 0, which is a claim: its only series goes too. */
function clear(metric: Gauge | Counter): void {
  metric.reset();
  metric.remove({});
}

function edges(name: string, family: Family, latencyTargetMs: number | undefined): readonly number[] {
  const listed: readonly number[] = bucketEdges[family.buckets ?? 'WAIT'];
  if (name !== 'job_service_seconds' || latencyTargetMs === undefined) return listed;
  return [...new Set([...listed, latencyTargetMs / 1000])].toSorted((a, b) => a - b);
}

/** Of the client's own process metrics those that mean what their names say. */
const keptProcessMetrics: ReadonlySet<string> = new Set([
  'process_cpu_user_seconds_total',
  'process_cpu_system_seconds_total',
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'process_start_time_seconds',
  'process_open_fds',
  'process_max_fds',
  'nodejs_heap_size_total_bytes',
  'nodejs_heap_size_used_bytes',
  'nodejs_gc_duration_seconds',
]);

function processRegistry(type: RegistryContentType): Registry<RegistryContentType> {
  const registry = emptyRegistry(type);
  // The loop monitor behind `nodejs_eventloop_lag_*`, which are removed, wakes up at this pace (ms).
  collectDefaultMetrics({ register: registry as Registry, eventLoopMonitoringPrecision: 60_000 });
  for (const { name } of registry.getMetricsAsArray()) {
    if (!keptProcessMetrics.has(name)) registry.removeSingleMetric(name);
  }
  return registry;
}

function emptyRegistry(type: RegistryContentType): Registry<RegistryContentType> {
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(type);
  return registry;
}
