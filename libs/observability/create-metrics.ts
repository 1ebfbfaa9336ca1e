import { performance } from 'node:perf_hooks';
import type { QueueDepth, SourceKind } from '#libs/core';
import { recordEvent } from './event-metrics.ts';
import { EventLoopWatch } from './event-loop.ts';
import type { FlyballEvent } from './events.ts';
import { inTime } from './in-time.ts';
import { spanResults, workerKinds } from './label-sets.ts';
import { MetricFamilies, type MetricFamiliesOptions } from './metrics.ts';
import { PeriodMetrics, showDepth } from './period-metrics.ts';
import { TelemetryMetrics } from './telemetry-metrics.ts';

export interface MetricsOptions extends Pick<MetricFamiliesOptions, 'latencyTargetMs' | 'format'> {
  /** The endpoint's name: the label `queue` of every family that has one. */
  readonly queue: string;
  /** The strategy in force. */
  readonly strategy: string;
  /** Planned length of a control period. */
  readonly periodMs: number;
  readonly version: string;
  /** Commit of the build; empty when not known. */
  readonly revision?: string | undefined;
  /** Read when `/metrics` is: attempts running, and leased jobs waiting at the gate. */
  readonly inFlight: () => number;
  readonly gateWaiting: () => number;
  /** Read when `/metrics` is and no period tells it: of a process without periods, before the first and in a drain. */
  readonly depth?: (() => Promise<QueueDepth | undefined>) | undefined;
  /** Finished results that wait for their queue; absent where none are kept. */
  readonly outbox?: (() => { readonly results: number; readonly oldestAge: number } | undefined) | undefined;
  /** Who works for the endpoint. */
  readonly workers?: (() => Promise<readonly { readonly kind: 'flyball' | 'foreign' }[]>) | undefined;
  /** The worker takes no more jobs and ends. */
  readonly draining?: (() => boolean) | undefined;
  /** Spans by their fate so far; absent or `undefined` while tracing is off. */
  readonly spans?: (() => Readonly<Record<(typeof spanResults)[number], number>> | undefined) | undefined;
  /** GPU sources that may be asked, the preferred one first. */
  readonly telemetryOrder?: readonly SourceKind[] | undefined;
  /** Samples older than this are not shown: three intervals and a time-out, ms. */
  readonly telemetryStaleMs?: number | undefined;
  readonly clock?: MetricsClock | undefined;
}

export interface MetricsClock {
  /** Monotonic ms. */
  now(): number;
  /** Wall clock, ms since 1970. */
  wall(): number;
}

/** Of telemetry that is read once a second. */
const defaultStaleMs = 5000;
const systemClock: MetricsClock = { now: () => performance.now(), wall: () => Date.now() };

export interface Metrics {
  /** Never throws, whatever the event says. */
  readonly record: (event: FlyballEvent) => void;
  /** The text of `/metrics`, to be sent as `contentType`. */
  render(): Promise<string>;
  readonly contentType: string;
  close(): void;
}

/** The metrics of one worker: events in, OpenMetrics text out. */
export function createMetrics(options: MetricsOptions): Metrics {
  const { queue, strategy, periodMs, clock = systemClock, telemetryOrder: order = [] } = options;
  const families = new MetricFamilies({
    ...options,
    known: { queue, strategy, sources: order },
    wall: () => clock.wall(),
  });
  const loop = new EventLoopWatch((delay) => families.observe('eventloop_delay_seconds', {}, delay));
  const eventLoopUtilization = (): number => loop.utilization();
  const periods = new PeriodMetrics({ families, queue, periodMs, eventLoopUtilization });
  const staleMs = options.telemetryStaleMs ?? defaultStaleMs;
  const telemetry = new TelemetryMetrics({ families, order, staleMs, clock });
  const build = { version: options.version, revision: options.revision ?? '', node_version: process.version };
  families.set('build_info', build, 1);
  let handlerUp = false;
  return {
    contentType: families.contentType,
    record(event) {
      if (event.type === 'handler-state') handlerUp = event.up;
      switch (event.type) {
        case 'period':
          return periods.record(event, handlerUp);
        case 'collection':
        case 'source-switched':
        case 'probe-restarted':
        case 'probe-abandoned':
        case 'probe-reaped':
        case 'probe-said':
          return telemetry.record(event);
        default:
          return recordEvent(families, queue, event);
      }
    },
    async render() {
      const start = performance.now();
      const draining = options.draining?.() ?? false;
      periods.refresh(draining);
      telemetry.refresh();
      families.set('inflight_jobs', { queue }, options.inFlight());
      families.set('gate_waiting_jobs', { queue }, options.gateWaiting());
      const kept = options.outbox?.();
      families.replace('outbox_results', kept === undefined ? [] : [[{ queue }, kept.results]]);
      families.replace('outbox_oldest_age_seconds', kept === undefined ? [] : [[{ queue }, kept.oldestAge / 1000]]);
      const spans = options.spans?.();
      families.replace(
        'spans_total',
        spans === undefined ? [] : spanResults.map((result) => [{ result }, spans[result]]),
      );
      await Promise.all([
        periods.tellsDepth(draining) ? undefined : readDepth(families, options),
        readWorkers(families, options),
      ]);
      const text = await families.render();
      families.observe('metrics_render_seconds', {}, (performance.now() - start) / 1000);
      return text;
    },
    close() {
      loop.close();
      families.close();
    },
  };
}

/** A queue that does not answer soon has no series; the scrape itself goes on. */
const answerMs = 1000;

async function readDepth(
  families: MetricFamilies,
  { queue, depth }: Pick<MetricsOptions, 'queue' | 'depth'>,
): Promise<void> {
  const known = depth === undefined ? undefined : await inTime(depth(), answerMs).catch(() => undefined);
  showDepth(families, queue, known);
}

async function readWorkers(
  families: MetricFamilies,
  { queue, workers }: Pick<MetricsOptions, 'queue' | 'workers'>,
): Promise<void> {
  if (workers === undefined) return;
  const all = await inTime(workers(), answerMs).catch(() => undefined);
  const counts = workerKinds.map(
    (kind) => [{ queue, kind }, all?.filter((each) => each.kind === kind).length ?? 0] as const,
  );
  families.replace('gateway_workers', all === undefined ? [] : counts);
}
