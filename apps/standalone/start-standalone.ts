import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Environment, Settings } from '#libs/config';
import type { AnyStrategy } from '#libs/core';
import { createHandler, type Handler, type HandlerObject, type HandlerState } from '#libs/handlers';
import { configHash, createDecisionLog, createMetrics, type Emit, type Log } from '#libs/observability';
import { openSqliteQueue } from '#libs/queue';
import { systemClock, type Clock, type Worker } from '#libs/runtime';
import type { Plant } from '#libs/simulation';
import { createTelemetry, type SourceChange } from '#libs/telemetry';
import { createGatewayAdapter } from '../gateway/index.ts';
import { chooseStrategy } from '../worker/choose-strategy.ts';
import { createWorker } from '../worker/create-worker.ts';
import { EventHub } from '../worker/event-hub.ts';
import { HealthWatch } from '../worker/health-watch.ts';
import { signalNotice } from '../worker/signal-notice.ts';
import { StandaloneModule } from './standalone.module.ts';
import { version } from './version.ts';

export interface StandaloneOptions {
  /** A path, an address, the functions themselves, or a handler that is none of Flyball's own. */
  readonly handler: string | HandlerObject | Handler;
  /** All strategies that have a name. */
  readonly strategies: readonly AnyStrategy[];
  /** Where the parameters of a strategy loaded from a path are found. */
  readonly environment: Environment;
  /** What the handler file finds in its `argv`. */
  readonly args?: readonly string[];
  readonly log?: Log;
  readonly onEvent?: Emit;
  /** The device behind `TELEMETRY_GPU=sim:…`, where something else runs jobs on it; by `clock`. */
  readonly plant?: Plant;
  readonly clock?: Clock;
}

export interface Running {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly endpoint: string;
  /** The worker id: first half of every decision id. */
  readonly worker: string;
  /** Takes no more jobs, lets running ones end for up to DRAIN_TIMEOUT, gives the rest back, closes everything. */
  stop(): Promise<void>;
}

/**
 * Gateway and worker in one process on the embedded queue.
 * @throws {FlyballError} with the next step, after closing what was opened
 */
export async function startStandalone(settings: Settings, options: StandaloneOptions): Promise<Running> {
  const closers: (() => Promise<void> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) await close();
  };
  try {
    const running = await open(settings, options, closers);
    return { ...running, stop: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Opens everything in the order of the loop; each thing opened leaves its closer. */
async function open(
  settings: Settings,
  options: StandaloneOptions,
  closers: (() => Promise<void> | void)[],
): Promise<Omit<Running, 'stop'>> {
  const clock = options.clock ?? systemClock();
  const workerId = randomBytes(4).toString('hex');
  const chosen = await chooseStrategy(settings, options.strategies, options.environment);
  const identity = {
    worker: workerId,
    endpoint: settings.endpointId,
    strategy: chosen.strategy.name,
    configHash: configHash(chosen.config),
  };

  let worker: Worker | undefined;
  const hub = new EventHub();
  const { emit } = hub;
  const metrics = createMetrics({
    queue: settings.endpointId,
    strategy: chosen.strategy.name,
    periodMs: settings.concurrency.period,
    version,
    latencyTargetMs: settings.latencyTarget,
    inFlight: () => worker?.inFlight ?? 0,
    gateWaiting: () => worker?.waiting ?? 0,
  });
  closers.push(() => metrics.close());
  const health = new HealthWatch(() => clock.now());
  for (const sink of [metrics.record, options.log?.record, options.onEvent, health.sink, signalNotice(emit)]) {
    if (sink !== undefined) hub.add(sink);
  }
  if (settings.decisionLog !== undefined) {
    const decisions = createDecisionLog({ path: settings.decisionLog, emit });
    hub.add((event) => void (event.type === 'period' && decisions.write(event.record)));
    closers.push(() => decisions.close());
  }

  const queue = await openSqliteQueue({
    path: settings.queue.url.replace(/^sqlite:/, ''),
    endpoint: settings.endpointId,
    worker: workerId,
    attempts: settings.queue.attempts,
    limit: settings.queue.limit,
    report: (event, fields) => emit({ type: 'notice', level: 'warn', event, fields }),
  });
  closers.push(() => queue.close());
  const telemetry = createTelemetry(settings.telemetry, {
    clock,
    plant: options.plant,
    inFlight: () => worker?.inFlight ?? 0,
    onSource: (change) => emit(telemetryNotice(change)),
  });
  closers.push(() => telemetry.close());

  const listener = (state: HandlerState): void => {
    emit(handlerEvent(handler.kind, state));
    worker?.handlerChanged();
  };
  const handler = handlerOf(settings, options, workerId, listener);
  const app = await NestFactory.create<NestFastifyApplication>(
    StandaloneModule.register({
      gateway: { queue, settings, emit, workerCounts: () => workerCounts(worker) },
      worker: {
        metrics,
        healthFacts: () =>
          health.facts({ handlerReady: worker !== undefined && handler.ready, draining: worker?.draining ?? false }),
      },
    }),
    createGatewayAdapter({ settings, emit }),
    { logger: false, abortOnError: false },
  );
  closers.push(() => closeHttp(app));
  await app.listen(settings.http.port, settings.http.bindAddress);

  // The endpoint answers and queues while the handler is still loading its model.
  closers.push(() => handler.close(5000));
  const facts = await handler.start(new AbortController().signal);
  worker = createWorker({ settings, chosen, identity, queue, handler, facts, telemetry, clock, emit });
  const drained = worker;
  closers.push(() => drained.drain(settings.drainTimeout));
  worker.start();
  health.started();
  return { url: await app.getUrl(), endpoint: settings.endpointId, worker: workerId };
}

function handlerOf(
  settings: Settings,
  { handler, args = [] }: StandaloneOptions,
  workerId: string,
  listener: (state: HandlerState) => void,
): Handler {
  if (typeof handler !== 'string' && 'run' in handler) return handler;
  const { handlerIsolation: isolation, endpointId } = settings;
  return createHandler(handler, { workerId, endpointId, isolation, args }, listener);
}

function handlerEvent(kind: Handler['kind'], state: HandlerState): Parameters<Emit>[0] {
  if (state.state === 'log') {
    const { level, message, jobId } = state;
    return { type: 'handler-log', level, message, ...(jobId !== undefined && { jobId }) };
  }
  if (state.state === 'up') return { type: 'handler-state', kind, up: true, startMs: state.startMs };
  return { type: 'handler-state', kind, up: false, cause: state.cause, detail: state.detail };
}

/** Held requests are answered and idle connections closed at once; whoever still sends after 2 s is cut off. */
async function closeHttp(app: NestFastifyApplication): Promise<void> {
  const timer = setTimeout(() => app.getHttpServer().closeAllConnections(), 2000);
  await app.close();
  clearTimeout(timer);
}

function telemetryNotice(change: SourceChange): Parameters<Emit>[0] {
  const event = 'telemetry-source';
  const { source } = change;
  if (change.state === 'up') {
    return { type: 'notice', level: 'info', event, fields: { source, message: `telemetry comes from ${source}` } };
  }
  const message = `telemetry source ${source} does not answer: ${change.error}`;
  return { type: 'notice', level: 'warn', event, fields: { source, message } };
}

/** One worker: initialising, running when it has a job, else idle. */
function workerCounts(worker: Worker | undefined) {
  const none = { idle: 0, initializing: 0, running: 0, throttled: 0, unhealthy: 0 };
  if (worker === undefined) return { ...none, initializing: 1 };
  if (worker.inFlight > 0) return { ...none, running: 1 };
  return worker.ready ? { ...none, idle: 1 } : { ...none, unhealthy: 1 };
}
