import type { Settings } from '#libs/config';
import { FlyballError, type AnyStrategy, type Bounds, type JobSource, type Observation } from '#libs/core';
import type { Handler, HandlerFacts } from '#libs/handlers';
import type { Emit, Tracing } from '#libs/observability';
import { Worker, type Clock, type RecordIdentity } from '#libs/runtime';
import type { ChosenStrategy } from './choose-strategy.ts';

export interface WorkerParts {
  readonly settings: Settings;
  readonly chosen: ChosenStrategy;
  readonly identity: RecordIdentity;
  readonly queue: JobSource;
  /** Started. */
  readonly handler: Handler;
  readonly facts: HandlerFacts;
  readonly telemetry: {
    observe(now: number): Pick<Observation, 'readings' | 'missing'>;
    /** Rejects when no device source works. */
    readonly found: Promise<void>;
  };
  readonly clock: Clock;
  readonly emit: Emit;
  readonly tracing?: Tracing | undefined;
  /** A handler asks for another worker in this one's place. */
  readonly refresh?: (() => void) | undefined;
}

/**
 * The worker that the settings ask for, with what the handler said of itself taken into account.
 * @throws {FlyballError} NO_MODIFIER, STRATEGY_FAILED
 */
export function createWorker(parts: WorkerParts): Worker {
  const { settings, chosen, handler, facts, emit } = parts;
  checkModifier(parts);
  warnWithoutDeadlines(parts);
  const bounds = boundsFor(settings, facts, emit);
  const { period, dryRun, guard } = settings.concurrency;
  const initial = initialLimit(chosen, settings.concurrency.initial);
  return new Worker({
    source: parts.queue,
    handler,
    setup: { ...chosen, bounds, initial: Math.min(initial, bounds.max), dryRun },
    guard,
    telemetryFound: tellsMemory(settings.telemetry) ? parts.telemetry.found : undefined,
    identity: parts.identity,
    usesModifier: usesModifier(settings),
    periodMs: period,
    attempts: settings.queue.attempts,
    latencyTarget: settings.latencyTarget,
    observeTelemetry: (now) => parts.telemetry.observe(now),
    clock: parts.clock,
    emit,
    tracing: parts.tracing,
    refresh: parts.refresh,
  });
}

/** The numbers of a device that others use too are no law's, but a model server's own are its own. */
function tellsMemory({ gpu, shared }: Settings['telemetry']): boolean {
  return shared ? gpu.some((source) => source.startsWith('model-server:')) : !gpu.includes('none');
}

/** A strategy may know its limit before there is anything to observe; what it says is checked like any answer of it. */
function initialLimit({ strategy, config, shadows = [] }: ChosenStrategy, initial: number): number {
  const limit = started(strategy, () => {
    const first = strategy.firstLimit?.(config) ?? initial;
    if (!Number.isFinite(first) || first < 0) throw new RangeError(`firstLimit() answered ${String(first)}`);
    strategy.initialState(config, first);
    return first;
  });
  for (const shadow of shadows) started(shadow.strategy, () => shadow.strategy.initialState(shadow.config, limit));
  return limit;
}

function started<Answer>({ name }: AnyStrategy, start: () => Answer): Answer {
  try {
    return start();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FlyballError(
      'STRATEGY_FAILED',
      `The strategy "${name}" cannot start: ${why}. Correct it (flyball/testing has a kit), or choose another one.`,
      { cause },
    );
  }
}

/** The strategy `handler` asks it: alone, as one of several, or as a shadow. */
function usesModifier({ concurrency }: Settings): boolean {
  return [...concurrency.strategies, ...concurrency.shadows].includes('handler');
}

function checkModifier({ settings, chosen, facts, emit }: WorkerParts): void {
  const isUsed = usesModifier(settings);
  if (isUsed && !facts.hasModifier) {
    throw new FlyballError(
      'NO_MODIFIER',
      'The strategy "handler" needs a concurrency modifier, and the handler has none. ' +
        'Give one (concurrency_modifier in Python, concurrencyModifier in JavaScript) or choose another strategy.',
    );
  }
  if (isUsed || !facts.hasModifier) return;
  const { name } = chosen.strategy;
  const message = `the handler's concurrency modifier is not used: CONCURRENCY_STRATEGY=${name} sets the limit`;
  const fields = { message, strategy: name, next: 'set CONCURRENCY_STRATEGY=handler to use it' };
  emit({ type: 'notice', level: 'info', event: 'modifier-unused', fields });
}

/** A signal that needs deadlines was asked for by name. Jobs may bring their own, so this is no error. */
function warnWithoutDeadlines({ settings, chosen, emit }: WorkerParts): void {
  const configs = Array.isArray(chosen.config) ? chosen.config : [chosen.config];
  const asked = configs.map((config): unknown => Reflect.get(Object(config), 'signal'));
  const signal = asked.find((each) => each === 'deadline-misses' || each === 'slack');
  if (settings.latencyTarget !== undefined || signal === undefined) return;
  const message =
    `the signal ${signal} needs deadlines, and there are none yet: set LATENCY_TARGET, ` +
    'or send {"flyball":{"deadline":MS}} with the jobs; until then the limit is held';
  emit({ type: 'notice', level: 'warn', event: 'no-deadlines', fields: { message, signal } });
}

/** Sync Python handlers never overlapped under RunPod's SDK, and shared pipelines are rarely thread-safe. */
function boundsFor(settings: Settings, facts: HandlerFacts, emit: Emit): Bounds {
  const { min, max, maxIsExplicit } = settings.concurrency;
  if (!facts.sync || maxIsExplicit) return { min, max };
  const message =
    'the handler is not async, so its jobs run one at a time; set CONCURRENCY_MAX above 1 to let them overlap';
  emit({ type: 'notice', level: 'info', event: 'sync-handler', fields: { message } });
  return { min: 1, max: 1 };
}
