import {
  freezeController,
  overrideController,
  resumeController,
  sixDigits,
  startController,
  stepController,
  Window,
  type ControllerSetup,
  type ControllerState,
  type GuardFacts,
  type Observation,
  type Verdict,
} from '#libs/core';
import type { EndedJob, Limiter, LoopView } from '#libs/simulation';
import { valueAt } from './plant-of.ts';
import type { Order, Steps } from './schema.ts';

export interface SteeredPeriod {
  readonly t: number;
  readonly verdict: Verdict;
  readonly guard: GuardFacts | undefined;
}

export interface Steering {
  readonly orders: readonly Order[];
  readonly modifier: Steps | undefined;
  readonly guardFacts: (t: number) => GuardFacts | undefined;
}

const periodMs = 1000;

/** The product's window and controller once a second, with people who give orders and a modifier that answers. */
export class SteeredLimiter implements Limiter {
  readonly tickMs = periodMs;
  readonly periods: SteeredPeriod[] = [];
  readonly #setup: ControllerSetup;
  readonly #steering: Steering;
  readonly #window = new Window();
  #state: ControllerState;

  constructor(setup: ControllerSetup, steering: Steering) {
    this.#setup = setup;
    this.#steering = steering;
    this.#state = startController(setup);
  }

  get limit(): number {
    return this.#state.limit;
  }

  started(_t: number, _inFlight: number, wait: number): void {
    this.#window.started(wait);
  }

  ended({ t: finish, service, n, deadline, size, class: jobClass, lost }: EndedJob): void {
    const job = { finish, service, n, deadline, size, jobClass };
    if (lost) this.#window.ended({ ...job, outcome: 'overloaded', errorType: 'out-of-memory' });
    else this.#window.ended({ ...job, outcome: 'succeeded' });
  }

  tick(t: number, view: LoopView): void {
    const { orders, modifier, guardFacts } = this.#steering;
    for (const order of orders) if (order.at * 1000 > t - periodMs && order.at * 1000 <= t) this.#obey(order);
    const { mean, max, last, limited } = view.closePeriod();
    const observation: Observation = {
      seq: this.periods.length,
      t,
      period: periodMs,
      limit: this.#state.limit,
      inFlight: { mean: sixDigits(mean), max, last },
      limited: sixDigits(limited),
      queue: { waiting: view.queue.waiting, oldest: sixDigits(view.queue.oldest) },
      ...this.#window.close(),
      ...view.telemetry(),
      ...(modifier !== undefined && { modifier: { returned: valueAt(modifier, t), duration: 1 } }),
    };
    const { state, verdict } = stepController(this.#setup, this.#state, observation);
    this.#state = state;
    this.periods.push({ t, verdict, guard: guardFacts(t) });
  }

  #obey({ override, freeze, resume, until }: Order): void {
    const words = { reason: 'a test', by: 'a test', ...(until !== undefined && { until: 1000 * until }) };
    if (resume) this.#state = resumeController(this.#state);
    if (freeze) this.#state = freezeController(this.#setup, this.#state, words);
    if (override === undefined) return;
    this.#state = overrideController(this.#setup, this.#state, { until: 1e9, ...words, limit: override });
  }
}
