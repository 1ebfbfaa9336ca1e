import {
  applyBounds,
  checkpointEvery,
  checkpointOf,
  drainController,
  freezeController,
  microseconds,
  overrideController,
  resumeController,
  sixDigits,
  startController,
  stepController,
  type ControllerSetup,
  type ControllerState,
  type DecisionRecord,
  type JobSource,
  type MissingReading,
  type Observation,
  type Order,
  type QueueDepth,
  type Reading,
  type Window,
} from '#libs/core';
import type { Emit } from '#libs/observability';
import type { Clock } from './clock.ts';
import type { Gate } from './gate.ts';
import type { ModifierCall } from './modifier-call.ts';
import { recordOf, type RecordIdentity } from './record-of.ts';

export interface ControlLoopOptions {
  readonly setup: ControllerSetup;
  readonly identity: RecordIdentity;
  readonly periodMs: number;
  readonly source: Pick<JobSource, 'depth'>;
  readonly observeTelemetry: (now: number) => {
    readonly readings: readonly Reading[];
    readonly missing: readonly MissingReading[];
  };
  /** Only where the user's own modifier decides. */
  readonly modifier?: ModifierCall | undefined;
  readonly gate: Gate;
  readonly window: Window;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** What a person asks of the controller. `forMs`: for how long. */
export interface FreezeOrder {
  readonly reason: string;
  readonly by: string;
  readonly forMs?: number;
}

export interface OverrideOrder extends Required<FreezeOrder> {
  readonly limit: number;
}

/** A queue that takes longer to count is not waited for: its depth is unknown this period. */
const depthTimeoutMs = 250;

/** Once per period: observe → decide → resize the gate → record. Nothing in it can stop the worker. */
export class ControlLoop {
  readonly #options: ControlLoopOptions;
  #state: ControllerState;
  #seq = 0;
  #periodStart: number;
  #planned: number;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #last: DecisionRecord | undefined;

  constructor(options: ControlLoopOptions) {
    this.#options = options;
    this.#state = startController(options.setup);
    this.#periodStart = options.clock.now();
    this.#planned = this.#periodStart;
  }

  /** Limit in force, fractional. */
  get limit(): number {
    return this.#state.limit;
  }

  /** What a person ordered and has not ended; one that has run out holds until the period's end. */
  get order(): Order | undefined {
    return this.#state.order;
  }

  /** Of the last period; none in the first. */
  get last(): DecisionRecord | undefined {
    return this.#last;
  }

  /**
   * The gate has the limit at once; the record has it from this period's end on.
   * @throws {FlyballError} DRY_RUN, BAD_LIMIT, NO_REASON, NO_AUTHOR
   */
  override({ limit, reason, by, forMs }: OverrideOrder): void {
    const { setup, gate } = this.#options;
    this.#state = overrideController(setup, this.#state, { limit, reason, by, until: this.#in(forMs) });
    gate.resize(applyBounds(limit, this.#state.limit, setup.bounds, true).out);
  }

  /** @throws {FlyballError} DRY_RUN, NO_REASON, NO_AUTHOR */
  freeze({ reason, by, forMs }: FreezeOrder): void {
    const until = forMs === undefined ? {} : { until: this.#in(forMs) };
    const { setup, gate } = this.#options;
    this.#state = freezeController(setup, this.#state, { reason, by, ...until });
    // An override that had no period yet is over.
    gate.resize(this.#state.limit);
  }

  /** Ends an override or a freeze; the strategy goes on from the limit in force. */
  resume(): void {
    this.#state = resumeController(this.#state);
    this.#options.gate.resize(this.#state.limit);
  }

  start(): void {
    this.#options.gate.resize(this.#state.limit);
    this.#options.modifier?.begin(Math.floor(this.#state.limit));
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** No more periods; a last record tells what there was when the worker was told to stop. */
  async drain(): Promise<void> {
    if (this.#stopped) return;
    this.stop();
    try {
      // At once: while the queue counts, jobs end.
      const [seen, at] = [this.#observe(undefined), this.#options.clock.wall()];
      const depth = await this.#depth();
      const observation = { ...seen, ...inQueue(depth) };
      this.#tell({ depth, lagMs: 0 }, () => this.#decided(observation, { at, step: drainController }));
    } catch (error) {
      this.#failed(error);
    }
  }

  #in(ms: number): number {
    return microseconds(this.#options.clock.now() + ms);
  }

  /** A late period skips the beats it missed; it never runs two at once. */
  #schedule(): void {
    const { clock, periodMs } = this.#options;
    const now = clock.now();
    this.#planned = Math.max(this.#planned + periodMs, now + 0.05 * periodMs);
    this.#timer = setTimeout(() => void this.#turn(), this.#planned - now);
  }

  async #turn(): Promise<void> {
    const lagMs = Math.max(0, this.#options.clock.now() - this.#planned);
    const depth = await this.#depth();
    if (this.#stopped) return;
    this.#tell({ depth, lagMs }, () => this.#period(depth));
    if (!this.#stopped) this.#schedule();
  }

  #tell(
    { depth, lagMs }: { readonly depth: QueueDepth | undefined; readonly lagMs: number },
    period: () => DecisionRecord,
  ): void {
    const { emit } = this.#options;
    try {
      const start = performance.now();
      const record = period();
      this.#last = record;
      const durationMs = performance.now() - start;
      emit({ type: 'period', record, durationMs, lagMs, ...(depth && { depth }) });
      this.#tellErrors(record);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const fields = { error: String(error) };
    this.#options.emit({ type: 'notice', level: 'error', event: 'period-failed', fields });
  }

  #tellErrors({ strategy, error, shadows = [] }: DecisionRecord): void {
    const { emit } = this.#options;
    if (error !== undefined) emit({ type: 'strategy-error', strategy, ...error });
    for (const shadow of shadows) {
      if (shadow.error === undefined) continue;
      emit({ type: 'strategy-error', strategy: shadow.strategy, shadow: true, ...shadow.error });
    }
  }

  #period(depth: QueueDepth | undefined): DecisionRecord {
    const { gate, modifier, clock } = this.#options;
    const observation = this.#observe(depth);
    const record = this.#decided(frozen(observation), { at: clock.wall(), step: stepController });
    // Also where the limit stays: what the guard has refused may fit by these readings.
    gate.resize(this.#state.limit);
    modifier?.begin(Math.floor(this.#state.limit), observation);
    return record;
  }

  #decided(
    observation: Observation,
    { at, step }: { readonly at: number; readonly step: typeof stepController },
  ): DecisionRecord {
    const { setup, gate, identity } = this.#options;
    const before = this.#state;
    gate.guard.observe(observation, observation.t);
    const { state, verdict } = step(setup, before, observation);
    this.#state = state;
    const guard = gate.guard.period(observation.t);
    const checkpoint = this.#seq % checkpointEvery === 0 ? this.#checkpoint(before) : undefined;
    this.#seq += 1;
    return recordOf({ identity, at, observation, verdict, guard, checkpoint });
  }

  #checkpoint(state: ControllerState): DecisionRecord['checkpoint'] {
    const { setup, emit } = this.#options;
    const checkpoint = smallCheckpoint(setup, state);
    if (checkpoint === undefined) {
      const message = `its state is no JSON of at most ${maxStateLength} characters; the log cannot be replayed from here`;
      emit({ type: 'strategy-error', strategy: setup.strategy.name, kind: 'bad-state', message });
    }
    return checkpoint;
  }

  #observe(depth: QueueDepth | undefined): Observation {
    const { clock, gate, window, observeTelemetry, modifier } = this.#options;
    const t = microseconds(clock.now());
    const period = microseconds(t - this.#periodStart);
    this.#periodStart = t;
    const usage = gate.period();
    const answer = modifier?.read();
    return {
      seq: this.#seq,
      t,
      period,
      limit: this.#state.limit,
      inFlight: { mean: sixDigits(usage.mean), max: usage.max, last: usage.last },
      limited: sixDigits(usage.limited),
      ...inQueue(depth),
      ...window.close(),
      ...observeTelemetry(t),
      ...(answer && { modifier: answer }),
    };
  }

  async #depth(): Promise<QueueDepth | undefined> {
    const { source, emit } = this.#options;
    const start = performance.now();
    const late = Promise.withResolvers<'error'>();
    const timer = setTimeout(() => late.resolve('error'), depthTimeoutMs);
    const asked = Promise.resolve().then(() => source.depth());
    const depth = await Promise.race([asked.catch(() => 'error' as const), late.promise]);
    clearTimeout(timer);
    // A queue that cannot tell has done nothing.
    if (depth === undefined) return undefined;
    const durationMs = performance.now() - start;
    const result = depth === 'error' ? 'error' : 'ok';
    emit({ type: 'queue-operation', operation: 'depth', result, durationMs });
    return depth === 'error' ? undefined : depth;
  }
}

function inQueue(depth: QueueDepth | undefined): Pick<Observation, 'queue'> {
  return depth === undefined ? {} : { queue: { waiting: depth.waiting, oldest: sixDigits(depth.oldestAge) } };
}

/** What a strategy is given is what the record will say: it cannot be changed in between. */
function frozen(observation: Observation): Observation {
  for (const fact of Object.values(observation)) Object.freeze(fact);
  return Object.freeze(observation);
}

/** As the strategy contract says; more would make a line of the log that nobody can read back. */
const maxStateLength = 65_536;

/** Absent when the strategy's state is no JSON, or too large for a record. */
function smallCheckpoint(setup: ControllerSetup, state: ControllerState): DecisionRecord['checkpoint'] {
  try {
    if (JSON.stringify(state).length > maxStateLength) return undefined;
  } catch {
    return undefined;
  }
  return checkpointOf(setup, state);
}
