import { Window, type ControllerSetup, type JobSource, type Observation } from '#libs/core';
import type { Handler } from '#libs/handlers';
import type { Emit } from '#libs/observability';
import type { Clock } from './clock.ts';
import { ControlLoop } from './control-loop.ts';
import { Gate } from './gate.ts';
import { ModifierCall } from './modifier-call.ts';
import type { RecordIdentity } from './record-of.ts';
import { WorkerLoop } from './worker-loop.ts';

export interface WorkerOptions {
  readonly source: JobSource;
  /** Started. */
  readonly handler: Handler;
  readonly setup: ControllerSetup;
  readonly identity: RecordIdentity;
  readonly periodMs: number;
  readonly attempts: number;
  readonly latencyTarget: number | undefined;
  readonly observeTelemetry: (now: number) => Pick<Observation, 'readings' | 'missing'>;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** The loop of the diagram, wired: worker loop → gate → handler → window → control loop → gate. */
export class Worker {
  readonly #gate: Gate;
  readonly #jobs: WorkerLoop;
  readonly #control: ControlLoop;
  readonly #handler: Handler;

  constructor(options: WorkerOptions) {
    const { source, handler, setup, clock, emit } = options;
    const window = new Window();
    this.#handler = handler;
    this.#gate = new Gate(setup.initial, clock);
    this.#jobs = new WorkerLoop({
      source,
      handler,
      gate: this.#gate,
      window,
      clock,
      emit,
      attempts: options.attempts,
      latencyTarget: options.latencyTarget,
    });
    const usesModifier = setup.strategy.name === 'handler';
    const call = (current: number, last: Observation | undefined): Promise<unknown> => handler.modify(current, last);
    this.#control = new ControlLoop({
      setup,
      identity: options.identity,
      periodMs: options.periodMs,
      source,
      observeTelemetry: options.observeTelemetry,
      modifier: usesModifier ? new ModifierCall({ call, now: () => clock.now(), emit }) : undefined,
      gate: this.#gate,
      window,
      clock,
      emit,
    });
  }

  get limit(): number {
    return this.#control.limit;
  }

  get inFlight(): number {
    return this.#gate.inFlight;
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
    this.#control.stop();
    await this.#jobs.drain(timeoutMs);
  }
}
