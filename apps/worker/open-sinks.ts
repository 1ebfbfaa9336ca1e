import type { Settings } from '#libs/config';
import { createDecisionLog, createMetrics, type Emit, type Log, type Metrics } from '#libs/observability';
import type { Clock, Worker } from '#libs/runtime';
import { EventHub } from './event-hub.ts';
import { HealthWatch } from './health-watch.ts';
import { signalNotice } from './signal-notice.ts';

export interface Sinks {
  readonly emit: Emit;
  readonly metrics: Metrics;
  readonly health: HealthWatch;
  close(): Promise<void>;
}

/** Everything that listens to events: metrics, health, log, decision log, and whoever started the program. */
export function openSinks(options: {
  readonly settings: Settings;
  /** In force. */
  readonly strategy: string;
  readonly version: string;
  /** The worker, once there is one. */
  readonly worker: () => Worker | undefined;
  readonly clock: Clock;
  readonly log?: Log | undefined;
  readonly onEvent?: Emit | undefined;
}): Sinks {
  const { settings, strategy, version, worker, clock, log, onEvent } = options;
  const { emit, add } = new EventHub();
  const metrics = createMetrics({
    queue: settings.endpointId,
    strategy,
    periodMs: settings.concurrency.period,
    version,
    latencyTargetMs: settings.latencyTarget,
    inFlight: () => worker()?.inFlight ?? 0,
    gateWaiting: () => worker()?.waiting ?? 0,
  });
  const health = new HealthWatch(() => clock.now());
  const path = settings.decisionLog;
  const decisions = path === undefined ? undefined : createDecisionLog({ path, emit });
  add(metrics.record);
  add(health.sink);
  if (log !== undefined) add(log.record);
  if (onEvent !== undefined) add(onEvent);
  if (decisions !== undefined) add((event) => void (event.type === 'period' && decisions.write(event.record)));
  add(signalNotice(emit));
  return {
    emit,
    metrics,
    health,
    async close() {
      await decisions?.close();
      metrics.close();
    },
  };
}
