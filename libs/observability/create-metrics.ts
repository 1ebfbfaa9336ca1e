import { performance } from 'node:perf_hooks';
import type { QueueDepth, SourceKind } from '#libs/core';
import { recordEvent } from './event-metrics.ts';
import { EventLoopWatch } from './event-loop.ts';
import type { FlyballEvent } from './events.ts';
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
  /** Of a process that runs no jobs itself, and so has no periods that would tell. */
  readonly depth?: (() => Promise<QueueDepth | undefined>) | undefined;
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
      periods.refresh(options.draining?.() ?? false);
      telemetry.refresh();
      families.set('inflight_jobs', { queue }, options.inFlight());
      families.set('gate_waiting_jobs', { queue }, options.gateWaiting());
      const spans = options.spans?.();
      families.replace(
        'spans_total',
        spans === undefined ? [] : spanResults.map((result) => [{ result }, spans[result]]),
      );
      await showQueue(families, options);
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

/** A queue that does not answer has no series; the scrape itself goes on. */
async function showQueue(
  families: MetricFamilies,
  { queue, depth, workers }: Pick<MetricsOptions, 'queue' | 'depth' | 'workers'>,
): Promise<void> {
  const unknown = (): undefined => undefined;
  if (depth !== undefined) showDepth(families, queue, await depth().catch(unknown));
  if (workers === undefined) return;
  const all = await workers().catch(unknown);
  const counts = workerKinds.map(
    (kind) => [{ queue, kind }, all?.filter((each) => each.kind === kind).length ?? 0] as const,
  );
  families.replace('gateway_workers', all === undefined ? [] : counts);
}
