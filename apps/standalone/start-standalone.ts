import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Environment, Settings } from '#libs/config';
import { FlyballError, type AnyStrategy } from '#libs/core';
import { createHandler, type Handler, type HandlerFacts, type HandlerObject } from '#libs/handlers';
import { configHash, openTracing, type Emit, type Log, type Tracing } from '#libs/observability';
import { openSqliteQueue, type Queue } from '#libs/queue';
import { systemClock, type Clock, type Worker } from '#libs/runtime';
import type { Plant } from '#libs/simulation';
import { createTelemetry } from '#libs/telemetry';
import { createGatewayAdapter } from '../gateway/index.ts';
import { chooseStrategy } from '../worker/choose-strategy.ts';
import { createWorker } from '../worker/create-worker.ts';
import { handlerEvent } from '../worker/event-words.ts';
import { Decisions } from '../worker/decisions.ts';
import { Operators } from '../worker/operators.ts';
import { openSinks, type Sinks } from '../worker/open-sinks.ts';
import { requireTelemetry } from '../worker/require-telemetry.ts';
import { Steering } from '../worker/steering.ts';
import { workerCounts } from '../worker/worker-counts.ts';
import { Closers } from './closers.ts';
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
  /** Gives up a start that is still waiting for its handler. */
  readonly signal?: AbortSignal;
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
  /** Resolves when TELEMETRY_GPU_LOST=exit asks for an end: the device was there and has been gone for a minute. */
  readonly deviceLost: Promise<void>;
  /** Takes no more jobs, lets running ones end for up to DRAIN_TIMEOUT, gives the rest back, closes everything. */
  stop(): Promise<void>;
}

/** EX_TEMPFAIL: whoever started us should start us anew, elsewhere or in a new container. */
export const deviceLostStatus = 75;

/**
 * Gateway and worker in one process on the embedded queue.
 * @throws {FlyballError} with the next step, after closing what was opened
 */
export async function startStandalone(settings: Settings, options: StandaloneOptions): Promise<Running> {
  const closers = new Closers();
  try {
    return { ...(await open(settings, options, closers)), stop: () => closers.close() };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** Opens everything in the order of the loop; each thing opened leaves its closer. */
async function open(settings: Settings, options: StandaloneOptions, closers: Closers): Promise<Omit<Running, 'stop'>> {
  const clock = options.clock ?? systemClock();
  const chosen = await chooseStrategy(settings, options.strategies, options.environment);
  const identity = {
    worker: randomBytes(4).toString('hex'),
    endpoint: settings.endpointId,
    strategy: chosen.strategy.name,
    configHash: configHash(chosen.config),
  };
  let worker: Worker | undefined;
  const traces = await openTracing({
    environment: options.environment,
    version,
    instance: identity.worker,
    system: settings.queue.url.split(':', 1)[0] ?? '',
    queue: identity.endpoint,
    wall: () => clock.wall(),
  });
  if (traces !== undefined) closers.add(() => traces.close());
  const tracing = traces?.tracing;
  const { log, onEvent } = options;
  const { strategy } = identity;
  const sinks = openSinks({ settings, strategy, version, worker: () => worker, clock, log, onEvent, traces });
  closers.add(() => sinks.close());
  const { emit } = sinks;

  const lost = Promise.withResolvers<void>();
  const queue = await openQueue(settings, identity.worker, emit);
  closers.add(() => queue.close());
  const telemetry = createTelemetry(settings.telemetry, {
    clock,
    plant: options.plant,
    environment: options.environment,
    attempts: {
      running: () => worker?.inFlight ?? 0,
      onChange: (changed) =>
        sinks.add(({ type }) => void ((type === 'attempt-started' || type === 'attempt-ended') && changed())),
    },
    onEvent: emit,
    onLost: lost.resolve,
  });
  closers.add(() => telemetry.close());

  const handler = handlerOf(settings, options, {
    worker: identity.worker,
    onState: (state) => {
      emit(handlerEvent(handler.kind, state));
      worker?.handlerChanged();
    },
  });
  const steering = new Steering({ worker: () => worker, identity, clock, emit });
  const app = await openHttp({ settings, queue, handler, sinks, steering, tracing, worker: () => worker });
  closers.add(() => closeHttp(app));

  // The endpoint answers and queues while the handler is still loading its model.
  closers.add(() => handler.close(5000));
  const bothReady = Promise.all([
    startHandler(handler, emit, options.signal),
    requireTelemetry({ settings, telemetry, handler, emit }),
  ]);
  const [facts] = await unlessStopped(bothReady, options.signal);
  const started = createWorker({ settings, chosen, identity, queue, handler, facts, telemetry, clock, emit, tracing });
  worker = started;
  closers.add(() => started.drain(settings.drainTimeout));
  started.start();
  sinks.health.started();
  const deviceLost = settings.telemetry.lost === 'exit' ? lost.promise : new Promise<never>(() => undefined);
  return { url: await app.getUrl(), endpoint: identity.endpoint, worker: identity.worker, deviceLost };
}

function openQueue({ queue, endpointId }: Settings, worker: string, emit: Emit): Promise<Queue> {
  return openSqliteQueue({
    path: queue.url.replace(/^sqlite:/, ''),
    endpoint: endpointId,
    worker,
    attempts: queue.attempts,
    limit: queue.limit,
    report: (event, fields) => emit({ type: 'notice', level: 'warn', event, fields }),
  });
}

function handlerOf(
  settings: Settings,
  { handler, args = [] }: StandaloneOptions,
  self: { readonly worker: string; readonly onState: Parameters<typeof createHandler>[2] },
): Handler {
  if (typeof handler !== 'string' && 'run' in handler) return handler;
  const { handlerIsolation: isolation, endpointId } = settings;
  return createHandler(handler, { workerId: self.worker, endpointId, isolation, args }, self.onState);
}

/** Nothing is wrong yet; but whoever waits wants to know for what. */
const longStartMs = 10_000;

async function startHandler(
  handler: Handler,
  emit: Emit,
  signal = new AbortController().signal,
): Promise<HandlerFacts> {
  const message = `the handler has been starting for ${longStartMs / 1000} s; jobs are queued meanwhile`;
  const notice = { type: 'notice', level: 'warn', event: 'handler-starting', fields: { message } } as const;
  const timer = setTimeout(() => emit(notice), longStartMs);
  try {
    return await handler.start(signal);
  } finally {
    clearTimeout(timer);
  }
}

/** A model may take minutes to load, and a driver may not answer; a stop waits for neither. */
async function unlessStopped<Value>(ready: Promise<Value>, signal = new AbortController().signal): Promise<Value> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([ready, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function openHttp(parts: {
  readonly settings: Settings;
  readonly queue: Queue;
  readonly handler: Handler;
  readonly sinks: Sinks;
  readonly steering: Steering;
  readonly tracing: Tracing | undefined;
  readonly worker: () => Worker | undefined;
}): Promise<NestFastifyApplication> {
  const { settings, queue, handler, sinks, steering, tracing, worker } = parts;
  const { emit, metrics, health } = sinks;
  const healthFacts = () =>
    health.facts({ handlerReady: worker() !== undefined && handler.ready, draining: worker()?.draining ?? false });
  const operators = new Operators(settings.http);
  const adapter = createGatewayAdapter({ settings, emit, tracing });
  adapter.getInstance().addHook('onRequest', async (request) => operators.door(request));
  const app = await NestFactory.create<NestFastifyApplication>(
    StandaloneModule.register({
      gateway: { queue, settings, emit, tracing, workerCounts: () => workerCounts(worker()) },
      worker: { metrics, healthFacts, steering, operators, decisions: new Decisions(sinks.decisions, worker) },
    }),
    adapter,
    { logger: false, abortOnError: false },
  );
  try {
    await app.listen(settings.http.port, settings.http.bindAddress);
  } catch (cause) {
    await app.close();
    const where = `${settings.http.bindAddress}:${settings.http.port}`;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FlyballError('CANNOT_LISTEN', `${where} cannot be used (${why}). Set PORT or BIND_ADDRESS.`, { cause });
  }
  return app;
}

/** Held requests are answered and idle connections closed at once; whoever still sends after 2 s is cut off. */
async function closeHttp(app: NestFastifyApplication): Promise<void> {
  const timer = setTimeout(() => app.getHttpServer().closeAllConnections(), 2000);
  await app.close();
  clearTimeout(timer);
}
