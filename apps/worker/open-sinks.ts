import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Settings } from '#libs/config';
import { FlyballError, type QueueDepth } from '#libs/core';
import {
  createDecisionLog,
  createMetrics,
  RecentDecisions,
  type Emit,
  type Log,
  type Metrics,
  type MetricsOptions,
  type OpenTracing,
} from '#libs/observability';
import type { Clock, Worker } from '#libs/runtime';
import { declaredOrder, stalenessBoundMs } from '#libs/telemetry';
import { blindNotice } from './blind-notice.ts';
import { EventHub } from './event-hub.ts';
import { guardNotice } from './guard-notice.ts';
import { HealthWatch } from './health-watch.ts';
import { signalNotice } from './signal-notice.ts';

export interface Sinks {
  readonly emit: Emit;
  /** One more that listens. */
  readonly add: (sink: Emit) => void;
  readonly metrics: Metrics;
  readonly health: HealthWatch;
  readonly decisions: RecentDecisions;
  close(): Promise<void>;
}

/**
 * Everything that listens to events: metrics, health, log, decision log, and whoever started the program.
 * @throws {FlyballError} DECISION_LOG_UNWRITABLE
 */
export function openSinks(options: {
  readonly settings: Settings;
  /** In force. */
  readonly strategy: string;
  readonly version: string;
  /** The worker, once there is one. */
  readonly worker: () => Worker | undefined;
  readonly depth: () => Promise<QueueDepth | undefined>;
  /** Finished results that wait for their queue; absent where none are kept. */
  readonly outbox: MetricsOptions['outbox'];
  readonly clock: Clock;
  readonly log?: Log | undefined;
  readonly onEvent?: Emit | undefined;
  /** Where tracing is on. */
  readonly traces?: OpenTracing | undefined;
}): Sinks {
  const { settings, strategy, version, worker, depth, outbox, clock, log, onEvent, traces } = options;
  const { emit, add } = new EventHub();
  const metrics = createMetrics({
    queue: settings.endpointId,
    strategy,
    periodMs: settings.concurrency.period,
    version,
    latencyTargetMs: settings.latencyTarget,
    telemetryOrder: declaredOrder(settings.telemetry.gpu),
    telemetryStaleMs: stalenessBoundMs(settings.telemetry.interval),
    clock,
    inFlight: () => worker()?.inFlight ?? 0,
    gateWaiting: () => worker()?.waiting ?? 0,
    depth,
    outbox,
    draining: () => worker()?.draining ?? false,
    spans: () => traces?.spans(),
  });
  const health = new HealthWatch(() => clock.now());
  const path = settings.decisionLog;
  if (path !== undefined) checkWritable(path);
  const decisionLog = path === undefined ? undefined : createDecisionLog({ path, emit });
  const decisions = new RecentDecisions(emit);
  add(metrics.record);
  add(health.sink);
  if (traces !== undefined) add(traces.tracing.record);
  if (log !== undefined) add(log.record);
  if (onEvent !== undefined) add(onEvent);
  if (decisionLog !== undefined) add((event) => void (event.type === 'period' && decisionLog.write(event.record)));
  add(decisions.record);
  add(signalNotice(emit));
  add(blindNotice(emit));
  add(guardNotice(emit));
  return {
    emit,
    add,
    metrics,
    health,
    decisions,
    async close() {
      await decisionLog?.close();
      metrics.close();
    },
  };
}

/** Later a full or slow disk costs records; at the start a path that cannot work is refused. */
function checkWritable(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    closeSync(openSync(path, 'a'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FlyballError(
      'DECISION_LOG_UNWRITABLE',
      `DECISION_LOG="${path}" cannot be written (${why}). Name a file in a folder that this user may write to.`,
      { cause },
    );
  }
}
