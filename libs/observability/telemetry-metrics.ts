import {
  collectionResults,
  freshIntervals,
  type CollectionResult,
  type Sample,
  type SourceKind,
  type TelemetryEvent,
} from '#libs/core';
import { FedCounters } from './fed-counters.ts';
import type { MetricFamilies } from './metrics.ts';
import { showDevices } from './show-devices.ts';
import { showReadings, type ShownSample } from './show-readings.ts';
import { XidWatch } from './xid-watch.ts';

type Collection = Extract<TelemetryEvent, { type: 'collection' }>;

export interface TelemetryMetricsOptions {
  readonly families: MetricFamilies;
  /** GPU sources, the preferred one first. */
  readonly order: readonly SourceKind[];
  /** A sample older than this is not shown, ms; one of a source that refreshes on its own, by three of its intervals later. */
  readonly staleMs: number;
  readonly clock: { now(): number; wall(): number };
}

/** What is known of a source. Times in ms. */
interface Known {
  result: CollectionResult;
  sample?: Sample;
  /** When the values of the last sample were true, monotonic. */
  takenAt: number;
  /** Wall clock. */
  succeededAt?: number;
}

/**
 * What telemetry does and reads, as metrics. A collection is counted and kept; series are made of the last samples when
 * somebody reads them, of the host's and of the active source's: those of two GPU sources are never merged.
 */
export class TelemetryMetrics {
  readonly #options: TelemetryMetricsOptions;
  readonly #known = new Map<SourceKind, Known>();
  readonly #counters = new FedCounters();
  readonly #xids = new XidWatch();
  readonly #abandoned = new Set<number>();
  /** `undefined` before the first switch, then which one or that there is none. */
  #active: SourceKind | 'none' | undefined;

  constructor(options: TelemetryMetricsOptions) {
    this.#options = options;
    options.families.replace(
      'telemetry_order',
      options.order.map((source, place) => [{ source }, place]),
    );
  }

  record(event: TelemetryEvent): void {
    const { families } = this.#options;
    switch (event.type) {
      case 'collection':
        return this.#collected(event);
      case 'source-switched':
        return this.#switched(event);
      case 'probe-restarted':
        return families.count('telemetry_probe_restarts_total', { cause: event.cause });
      case 'probe-abandoned':
        this.#abandoned.add(event.pid);
        return;
      case 'probe-reaped':
        this.#abandoned.delete(event.pid);
        return;
      case 'probe-said':
        return;
    }
  }

  /** Sets the gauges to what is true now. */
  refresh(): void {
    const { families, clock } = this.#options;
    const shown = this.#shown();
    showReadings(families, shown, this.#counters);
    showDevices(families, shown);
    for (const { source, sample } of shown) {
      // What has been told can one day be told wrong; without a series at 0 the first time would go unseen.
      for (const { name } of sample.readings) families.count('telemetry_rejected_total', { source, field: name }, 0);
    }
    this.#showXids(shown, clock.wall());
    this.#showSources();
    families.set('telemetry_probes_abandoned', {}, this.#abandoned.size);
  }

  #collected({ source, result, durationMs, ageMs = durationMs, sample, rejected = [] }: Collection): void {
    const { families, clock } = this.#options;
    if (!this.#known.has(source)) this.#zero(source);
    families.count('telemetry_collections_total', { source, result });
    families.observe('telemetry_collect_duration_seconds', { source }, durationMs / 1000);
    for (const field of rejected) families.count('telemetry_rejected_total', { source, field });
    const known = this.#known.get(source) ?? { result, takenAt: -Infinity };
    this.#known.set(source, known);
    known.result = result;
    if (succeeded(result)) known.succeededAt = clock.wall();
    if (sample === undefined) return;
    known.sample = sample;
    known.takenAt = clock.now() - ageMs;
    // NVML tells an error once, and may do so while another source is the active one.
    this.#xids.follow(source, sample, clock.wall());
    if (this.#isUsed(source)) this.#counters.follow(source, sample);
  }

  /** A source that nobody declared (the host) begins at 0 too. */
  #zero(source: SourceKind): void {
    const { families } = this.#options;
    for (const result of collectionResults) families.count('telemetry_collections_total', { source, result }, 0);
  }

  #switched({ source, cause }: Extract<TelemetryEvent, { type: 'source-switched' }>): void {
    this.#active = source ?? 'none';
    if (source === undefined) return;
    this.#options.families.count('telemetry_switches_total', { source, cause });
    // What made it the active one came before the switch.
    const sample = this.#known.get(source)?.sample;
    if (sample !== undefined) this.#counters.follow(source, sample);
  }

  #isUsed(source: SourceKind): boolean {
    return source === 'host' || source === this.#active;
  }

  #isFresh({ sample, takenAt }: Known): boolean {
    const { staleMs, clock } = this.#options;
    return clock.now() - takenAt <= staleMs + freshIntervals * (sample?.interval ?? 0);
  }

  #shown(): readonly ShownSample[] {
    return [...this.#known].flatMap(([source, known]) => {
      const { sample } = known;
      return sample !== undefined && this.#isUsed(source) && this.#isFresh(known) ? [{ source, sample }] : [];
    });
  }

  #showXids(shown: readonly ShownSample[], now: number): void {
    const present = new Set(
      shown.flatMap(({ sample }) => [...(sample.devices ?? []), ...sample.readings].map(({ gpu = '' }) => gpu)),
    );
    const appearances = this.#xids.appearances(present, now);
    this.#options.families.replace(
      'gpu_xid_last_timestamp_seconds',
      appearances.map(({ gpu, xid, at }) => [{ gpu, xid }, at / 1000]),
    );
  }

  #showSources(): void {
    const { families, order } = this.#options;
    const known = [...this.#known];
    families.replace(
      'telemetry_up',
      known.flatMap(([source, each]) => {
        const up = this.#up(source, each);
        return up === undefined ? [] : [[{ source }, up] as const];
      }),
    );
    families.replace(
      'telemetry_last_success_timestamp_seconds',
      known.flatMap(([source, { succeededAt }]) =>
        succeededAt === undefined ? [] : [[{ source }, succeededAt / 1000] as const],
      ),
    );
    const active = this.#active;
    const choices = active === undefined || active === 'none' ? order : new Set([...order, active]);
    families.replace(
      'telemetry_active',
      active === undefined ? [] : [...choices].map((source) => [{ source }, source === active ? 1 : 0] as const),
    );
  }

  #up(source: SourceKind, known: Known): number | undefined {
    if (!succeeded(known.result)) return 0;
    if (this.#isFresh(known)) return 1;
    // A source behind the active one is not asked any more: that is no failure of it.
    return this.#isUsed(source) ? 0 : undefined;
  }
}

function succeeded(result: CollectionResult): boolean {
  return result === 'ok' || result === 'partial';
}
