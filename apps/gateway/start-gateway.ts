import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { Environment, Settings } from '#libs/config';
import { FlyballError } from '#libs/core';
import { createMetrics, openTracing, type Emit, type Log } from '#libs/observability';
import { MemoryFleet } from '#libs/queue';
import { stoppable, type Closers } from '../standalone/closers.ts';
import { openQueue } from '../standalone/open-queue.ts';
import { version } from '../standalone/version.ts';
import { EventHub } from '../worker/event-hub.ts';
import { closeHttp, listen } from '../worker/listen.ts';
import { queueSystem } from '../worker/queue-system.ts';
import { createGatewayAdapter } from './adapter.ts';
import { GatewayAppModule } from './gateway-app.module.ts';

export interface GatewayStartOptions {
  /** Where the standard `OTEL_*` variables are. */
  readonly environment: Environment;
  readonly log?: Log;
  readonly onEvent?: Emit;
}

export interface RunningGateway {
  readonly url: string;
  readonly endpoint: string;
  /** Answers what is held, closes everything. */
  stop(): Promise<void>;
}

/**
 * The endpoint alone: clients send jobs to it, workers elsewhere run them; any number of it may stand side by side.
 * @throws {FlyballError} with the next step, after closing what was opened
 */
export async function startGateway(settings: Settings, options: GatewayStartOptions): Promise<RunningGateway> {
  if (settings.queue.url === 'runpod:') {
    throw new FlyballError(
      'NO_CLIENT_SIDE',
      'QUEUE_URL=runpod: has a gateway of its own, at RunPod. Start "flyball worker".',
    );
  }
  return stoppable((closers) => open(settings, options, closers));
}

async function open(
  settings: Settings,
  { environment, log, onEvent }: GatewayStartOptions,
  closers: Closers,
): Promise<Omit<RunningGateway, 'stop'>> {
  const id = randomBytes(4).toString('hex');
  const { endpointId: endpoint } = settings;
  const traces = await openTracing({
    environment,
    version,
    instance: id,
    system: queueSystem(settings.queue.url),
    queue: endpoint,
    wall: Date.now,
  });
  if (traces !== undefined) closers.add(() => traces.close());
  const { emit, add } = new EventHub();
  if (traces !== undefined) add(traces.tracing.record);
  if (log !== undefined) add(log.record);
  if (onEvent !== undefined) add(onEvent);
  const queue = await openQueue(settings, { worker: `gateway-${id}`, emit });
  closers.add(() => queue.close());
  const fleet = queue.fleet ?? new MemoryFleet();
  const metrics = createMetrics({
    queue: endpoint,
    strategy: 'none',
    periodMs: settings.concurrency.period,
    version,
    latencyTargetMs: settings.latencyTarget,
    inFlight: () => 0,
    gateWaiting: () => 0,
    spans: () => traces?.spans(),
    depth: () => queue.depth(),
    workers: () => fleet.workers(),
  });
  add(metrics.record);
  closers.add(async () => metrics.close());
  const adapter = createGatewayAdapter({ settings, emit, tracing: traces?.tracing });
  const gateway = { queue, settings, emit, tracing: traces?.tracing, fleet };
  const app = await listen(GatewayAppModule.register({ gateway, metrics, queue }), adapter, settings.http);
  closers.add(() => closeHttp(app));
  return { url: await app.getUrl(), endpoint };
}
