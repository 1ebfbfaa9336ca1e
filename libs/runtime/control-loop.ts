import {
  applyBounds,
  checkpointEvery,
  checkpointOf,
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
    const { emit, clock } = this.#options;
    const lagMs = Math.max(0, clock.now() - this.#planned);
    try {
      const depth = await this.#depth();
      if (this.#stopped) return;
      const start = performance.now();
      const record = this.#period(depth);
      this.#last = record;
      const durationMs = performance.now() - start;
      emit({ type: 'period', record, durationMs, lagMs, ...(depth && { depth }) });
      this.#tellErrors(record);
    } catch (error) {
      emit({ type: 'notice', level: 'error', event: 'period-failed', fields: { error: String(error) } });
    }
    if (!this.#stopped) this.#schedule();
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
    const { setup, gate, modifier, identity, clock } = this.#options;
    const before = this.#state;
    const observation = this.#observe(depth);
    gate.guard.observe(observation, observation.t);
    const { state, verdict } = stepController(setup, before, frozen(observation));
    this.#state = state;
    const guard = gate.guard.period(observation.t);
    // Also where the limit stays: what the guard has refused may fit by these readings.
    gate.resize(state.limit);
    modifier?.begin(Math.floor(state.limit), observation);
    const checkpoint = this.#seq % checkpointEvery === 0 ? this.#checkpoint(before) : undefined;
    this.#seq += 1;
    return recordOf({ identity, at: clock.wall(), observation, verdict, guard, checkpoint });
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
      ...(depth && { queue: { waiting: depth.waiting, oldest: sixDigits(depth.oldestAge) } }),
      ...window.close(),
      ...observeTelemetry(t),
      ...(answer && { modifier: answer }),
    };
  }

  async #depth(): Promise<QueueDepth | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), depthTimeoutMs);
    });
    const depth = await Promise.race([this.#options.source.depth().catch(() => undefined), timeout]);
    clearTimeout(timer);
    return depth;
  }
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
