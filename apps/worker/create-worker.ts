import type { Settings } from '#libs/config';
import { FlyballError, type Bounds, type JobSource, type Observation } from '#libs/core';
import type { Handler, HandlerFacts } from '#libs/handlers';
import type { Emit } from '#libs/observability';
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
  readonly telemetry: { observe(now: number): Pick<Observation, 'readings' | 'missing'> };
  readonly clock: Clock;
  readonly emit: Emit;
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
  const { period, dryRun } = settings.concurrency;
  const initial = initialLimit(chosen, settings.concurrency.initial);
  return new Worker({
    source: parts.queue,
    handler,
    setup: { ...chosen, bounds, initial: Math.min(initial, bounds.max), dryRun },
    identity: parts.identity,
    periodMs: period,
    attempts: settings.queue.attempts,
    latencyTarget: settings.latencyTarget,
    observeTelemetry: (now) => parts.telemetry.observe(now),
    clock: parts.clock,
    emit,
  });
}

/** A strategy may know its limit before there is anything to observe; what it says is checked like any answer of it. */
function initialLimit({ strategy, config }: ChosenStrategy, initial: number): number {
  try {
    const limit = strategy.firstLimit?.(config) ?? initial;
    if (!Number.isFinite(limit) || limit < 0) throw new RangeError(`firstLimit() answered ${String(limit)}`);
    strategy.initialState(config, limit);
    return limit;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FlyballError(
      'STRATEGY_FAILED',
      `The strategy "${strategy.name}" cannot start: ${why}. Correct it (flyball/testing has a kit), or set CONCURRENCY_STRATEGY.`,
      { cause },
    );
  }
}

function checkModifier({ chosen, facts, emit }: WorkerParts): void {
  const { name } = chosen.strategy;
  if (name === 'handler' && !facts.hasModifier) {
    throw new FlyballError(
      'NO_MODIFIER',
      'CONCURRENCY_STRATEGY=handler needs a concurrency modifier, and the handler has none. ' +
        'Give one (concurrency_modifier in Python, concurrencyModifier in JavaScript) or choose another strategy.',
    );
  }
  if (name === 'handler' || !facts.hasModifier) return;
  const message = `the handler's concurrency modifier is not used: CONCURRENCY_STRATEGY=${name} sets the limit`;
  const fields = { message, strategy: name, next: 'set CONCURRENCY_STRATEGY=handler to use it' };
  emit({ type: 'notice', level: 'info', event: 'modifier-unused', fields });
}

/** A signal that needs deadlines was asked for by name. Jobs may bring their own, so this is no error. */
function warnWithoutDeadlines({ settings, chosen, emit }: WorkerParts): void {
  const signal: unknown = Reflect.get(Object(chosen.config), 'signal');
  if (settings.latencyTarget !== undefined || (signal !== 'deadline-misses' && signal !== 'slack')) return;
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
