import {
  MemoryGuard,
  Window,
  type Bounds,
  type ControllerSetup,
  type DecisionRecord,
  type GuardConfig,
  type JobSource,
  type Mode,
  type Observation,
  type Order,
} from '#libs/core';
import type { Handler } from '#libs/handlers';
import type { Emit, Tracing } from '#libs/observability';
import type { Clock } from './clock.ts';
import { ControlLoop, type FreezeOrder, type OverrideOrder } from './control-loop.ts';
import { Gate } from './gate.ts';
import { memoryFull } from './memory-full.ts';
import { ModifierCall } from './modifier-call.ts';
import type { RecordIdentity } from './record-of.ts';
import { WorkerLoop } from './worker-loop.ts';

export interface WorkerOptions {
  readonly source: JobSource;
  /** Started. */
  readonly handler: Handler;
  readonly setup: ControllerSetup;
  readonly guard: GuardConfig;
  /** Rejects when there is nobody to tell how full the device is; absent: nobody was asked to. */
  readonly telemetryFound: Promise<void> | undefined;
  readonly identity: RecordIdentity;
  /** The user's own concurrency modifier is asked each period. */
  readonly usesModifier: boolean;
  readonly periodMs: number;
  readonly attempts: number;
  readonly latencyTarget: number | undefined;
  readonly observeTelemetry: (now: number) => Pick<Observation, 'readings' | 'missing'>;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Where tracing is on. */
  readonly tracing?: Tracing | undefined;
  /** A handler asks for another worker in this one's place. */
  readonly refresh?: (() => void) | undefined;
}

/** The loop of the diagram, wired: worker loop → gate → handler → window → control loop → gate. */
export class Worker {
  readonly #gate: Gate;
  readonly #jobs: WorkerLoop;
  readonly #control: ControlLoop;
  readonly #handler: Handler;
  readonly #setup: ControllerSetup;

  constructor(options: WorkerOptions) {
    const { source, handler, setup, clock, emit } = options;
    const window = new Window();
    this.#handler = handler;
    this.#setup = setup;
    const guardThat = (expected: boolean): MemoryGuard => new MemoryGuard(options.guard, { expected }, clock.now());
    const { telemetryFound } = options;
    this.#gate = new Gate(setup.initial, clock, guardThat(telemetryFound !== undefined));
    // A guard that waits for its first reading lets jobs start one at a time.
    telemetryFound?.catch(() => this.#gate.guardBy(guardThat(false)));
    this.#jobs = new WorkerLoop({
      source,
      handler,
      gate: this.#gate,
      window,
      clock,
      emit,
      attempts: options.attempts,
      latencyTarget: options.latencyTarget,
      tracing: options.tracing,
      refresh: options.refresh,
      memoryFull: () => memoryFull(options.observeTelemetry(clock.now()).readings),
    });
    const call = (current: number, last: Observation | undefined): Promise<unknown> => handler.modify(current, last);
    this.#control = new ControlLoop({
      setup,
      identity: options.identity,
      periodMs: options.periodMs,
      source,
      observeTelemetry: options.observeTelemetry,
      modifier: options.usesModifier ? new ModifierCall({ call, now: () => clock.now(), emit }) : undefined,
      gate: this.#gate,
      window,
      clock,
      emit,
    });
  }

  /** In force at the gate, fractional. */
  get limit(): number {
    return this.#gate.limit;
  }

  get bounds(): Bounds {
    return this.#setup.bounds;
  }

  /** Who has the say over the limit now. */
  get mode(): Mode {
    if (this.draining) return 'draining';
    return this.order?.mode ?? (this.#setup.dryRun ? 'dry-run' : 'auto');
  }

  get inFlight(): number {
    return this.#gate.inFlight;
  }

  /** What a person ordered and what still holds; `until` by the worker's clock. */
  get order(): Order | undefined {
    return this.#control.order;
  }

  /** The last period's record; none in the first period. */
  get lastDecision(): DecisionRecord | undefined {
    return this.#control.last;
  }

  /** @throws {FlyballError} DRY_RUN, BAD_LIMIT, NO_REASON, NO_AUTHOR */
  override(order: OverrideOrder): void {
    this.#control.override(order);
  }

  /** @throws {FlyballError} DRY_RUN, NO_REASON, NO_AUTHOR */
  freeze(order: FreezeOrder): void {
    this.#control.freeze(order);
  }

  resume(): void {
    this.#control.resume();
  }

  /** Leased jobs that wait for room. */
  get waiting(): number {
    return this.#jobs.waiting;
  }

  get draining(): boolean {
    return this.#jobs.stopping;
  }

  /** Takes jobs, or will as soon as there is room. */
  get ready(): boolean {
    return this.#handler.ready && !this.draining;
  }

  start(): void {
    this.#control.start();
    this.#jobs.start();
  }

  /** The handler became ready, or ceased to be. */
  handlerChanged(): void {
    this.#jobs.fill();
  }

  /** Takes no more, lets running jobs end for up to `timeoutMs`, gives the rest back. */
  async drain(timeoutMs: number): Promise<void> {
    await Promise.all([this.#control.drain(), this.#jobs.drain(timeoutMs)]);
  }
}
