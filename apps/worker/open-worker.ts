import { randomBytes } from 'node:crypto';
import type { Settings } from '#libs/config';
import type { QueueDepth } from '#libs/core';
import type { Handler } from '#libs/handlers';
import { configHash, openTracing, type Emit, type Tracing } from '#libs/observability';
import { systemClock, type RecordIdentity, type Worker } from '#libs/runtime';
import { createTelemetry } from '#libs/telemetry';
import type { Closers } from '../standalone/closers.ts';
import { version } from '../standalone/version.ts';
import { chooseStrategy } from './choose-strategy.ts';
import { createWorker } from './create-worker.ts';
import { Decisions } from './decisions.ts';
import { handlerEvent } from './event-words.ts';
import { openSinks } from './open-sinks.ts';
import { Operators } from './operators.ts';
import { queueSystem } from './queue-system.ts';
import { requireTelemetry } from './require-telemetry.ts';
import { handlerOf, startHandler } from './start-handler.ts';
import { Steering } from './steering.ts';
import type { WorkerSource } from './open-source.ts';
import type { WorkerModuleOptions } from './worker.module.ts';
import type { Running, WorkerOptions } from './worker-options.ts';

/** A worker that has everything but its start: whoever opened it serves its HTTP side, then begins. */
export interface OpenedWorker<Source> {
  readonly identity: RecordIdentity;
  readonly source: Source;
  readonly emit: Emit;
  readonly tracing: Tracing | undefined;
  readonly http: WorkerModuleOptions;
  /** Once it has begun. */
  readonly worker: () => Worker | undefined;
  /** Starts handler and worker; answers when the handler takes jobs. */
  begin(): Promise<Pick<Running, 'deviceLost' | 'replaced'>>;
}

/**
 * Opens the parts of a worker in the order of the loop; each thing opened leaves its closer.
 * @param openSource the queue, by the worker's id
 */
export async function openWorker<Source extends WorkerSource>(
  settings: Settings,
  options: WorkerOptions,
  closers: Closers,
  openSource: (worker: string, emit: Emit) => Promise<Source>,
): Promise<OpenedWorker<Source>> {
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
    system: queueSystem(settings.queue.url),
    queue: identity.endpoint,
    wall: () => clock.wall(),
  });
  if (traces !== undefined) closers.add(() => traces.close());
  const { log, onEvent } = options;
  const { strategy } = identity;
  const depth = async (): Promise<QueueDepth | undefined> => source.depth();
  const outbox = (): WorkerSource['outbox'] => source.outbox;
  const sinks = openSinks({
    settings,
    strategy,
    version,
    worker: () => worker,
    depth,
    outbox,
    clock,
    log,
    onEvent,
    traces,
  });
  closers.add(() => sinks.close());
  const { emit, metrics, health } = sinks;

  const lost = Promise.withResolvers<void>();
  const replaced = Promise.withResolvers<void>();
  const source = await openSource(identity.worker, emit);
  closers.add(() => source.close());
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
  const handler: Handler = handlerOf(settings, options, {
    worker: identity.worker,
    onState: (state) => {
      emit(handlerEvent(handler.kind, state));
      worker?.handlerChanged();
    },
  });
  // Told from here on, or nobody could tell a start that hangs from no worker.
  emit({ type: 'handler-state', kind: handler.kind, up: false });
  return {
    identity,
    source,
    emit,
    tracing: traces?.tracing,
    worker: () => worker,
    http: {
      metrics,
      healthFacts: () =>
        health.facts({ handlerReady: worker !== undefined && handler.ready, draining: worker?.draining ?? false }),
      steering: new Steering({ worker: () => worker, identity, clock, emit }),
      operators: new Operators(settings.http),
      decisions: new Decisions({ recent: sinks.decisions, worker: () => worker, clock }),
    },
    async begin() {
      closers.add(() => handler.close(5000));
      const bothReady = Promise.all([
        startHandler(handler, emit, options),
        requireTelemetry({ settings, telemetry, handler, emit }),
      ]);
      const [facts] = await unlessStopped(bothReady, options.signal);
      const parts = { settings, chosen, identity, queue: source, handler, facts, telemetry, clock, emit };
      const refresh =
        source.refreshWorker &&
        ((): void => {
          source.refreshWorker?.();
          replaced.resolve();
        });
      const started = createWorker({ ...parts, tracing: traces?.tracing, refresh });
      worker = started;
      closers.add(() => started.drain(settings.drainTimeout));
      started.start();
      health.started();
      const deviceLost = settings.telemetry.lost === 'exit' ? lost.promise : new Promise<never>(() => undefined);
      return { deviceLost, replaced: replaced.promise };
    },
  };
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
