import {
  checkpointEvery,
  checkpointOf,
  recordVersion,
  sixDigits,
  startController,
  stepController,
  Window,
  type ControllerSetup,
  type ControllerState,
  type DecisionRecord,
  type GuardFacts,
  type Observation,
  type Verdict,
} from '#libs/core';
import type { EndedJob, Limiter, LoopView } from './limiter.ts';

export const periodMs = 1000;

/** The product's own window and controller, once a period. */
export class ControllerLimiter implements Limiter {
  readonly tickMs = periodMs;
  readonly #setup: ControllerSetup;
  readonly #endpoint: string;
  readonly #onRecord: ((record: DecisionRecord) => void) | undefined;
  readonly #guardFacts: (t: number) => GuardFacts | undefined;
  readonly #window = new Window();
  #state: ControllerState;
  #seq = 0;

  constructor(
    setup: ControllerSetup,
    options: {
      readonly endpoint: string;
      readonly onRecord?: ((record: DecisionRecord) => void) | undefined;
      readonly guardFacts?: ((t: number) => GuardFacts | undefined) | undefined;
    },
  ) {
    this.#setup = setup;
    this.#endpoint = options.endpoint;
    this.#onRecord = options.onRecord;
    this.#guardFacts = options.guardFacts ?? (() => undefined);
    this.#state = startController(setup);
  }

  get limit(): number {
    return this.#state.limit;
  }

  started(_t: number, _inFlight: number, wait: number): void {
    this.#window.started(wait);
  }

  ended(end: EndedJob): void {
    const { t: finish, service, n, deadline, size, class: jobClass } = end;
    const ended = { finish, service, n, deadline, size, jobClass };
    if (end.lost) this.#window.ended({ ...ended, outcome: 'overloaded', errorType: 'out-of-memory' });
    else this.#window.ended({ ...ended, outcome: 'succeeded' });
  }

  tick(t: number, view: LoopView): void {
    const usage = view.closePeriod();
    const { waiting, oldest } = view.queue;
    const observation: Observation = {
      seq: this.#seq,
      t,
      period: periodMs,
      limit: this.#state.limit,
      inFlight: { mean: sixDigits(usage.mean), max: usage.max, last: usage.last },
      limited: sixDigits(usage.limited),
      queue: { waiting, oldest: sixDigits(oldest) },
      ...this.#window.close(),
      ...view.telemetry(),
    };
    const before = this.#state;
    const { state, verdict } = stepController(this.#setup, before, observation);
    this.#state = state;
    const guard = this.#guardFacts(t);
    this.#onRecord?.(this.#record(observation, { verdict, before, guard }));
    this.#seq += 1;
  }

  #record(
    observation: Observation,
    {
      verdict,
      before,
      guard,
    }: { readonly verdict: Verdict; readonly before: ControllerState; readonly guard: GuardFacts | undefined },
  ): DecisionRecord {
    const { seq, t, period, ...facts } = observation;
    const { strategy } = this.#setup;
    return {
      v: recordVersion,
      seq,
      worker: 'simulation',
      endpoint: this.#endpoint,
      at: t,
      t,
      period,
      strategy: strategy.name,
      configHash: '',
      ...verdict,
      observation: facts,
      ...(guard && { guard }),
      ...(seq % checkpointEvery === 0 && { checkpoint: checkpointOf(this.#setup, before) }),
    };
  }
}
