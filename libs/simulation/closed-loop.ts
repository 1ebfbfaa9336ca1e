import {
  checkpointEvery,
  Occupancy,
  recordVersion,
  sixDigits,
  startController,
  stepController,
  Window,
  type ControllerSetup,
  type ControllerState,
  type DecisionRecord,
  type Observation,
  type Verdict,
} from '#libs/core';
import type { PlantJob } from './jobs.ts';
import { ObservedDevice } from './observed-device.ts';
import { Plant, type PlantEnd } from './plant.ts';
import { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { SimulatedDevice } from './simulated-device.ts';

interface Attempt {
  readonly job: PlantJob;
  readonly start: number;
  readonly area: number;
}

export const periodMs = 1000;
/** What a queue that never empties reports. */
const endlessQueue = { waiting: 1000, oldest: 0 };

/** The product's gate arithmetic, window and controller around a plant, with an endless backlog. Times in ms from 0. */
export class ClosedLoop {
  readonly totals = { finished: 0, onTime: 0, late: 0, lost: 0, outOfMemory: 0 };
  readonly #setup: ControllerSetup;
  readonly #scenario: Scenario;
  readonly #jobs: Random;
  readonly #plant: Plant;
  readonly #device: ObservedDevice;
  readonly #occupancy: Occupancy;
  readonly #window = new Window();
  readonly #attempts = new Map<number, Attempt>();
  #state: ControllerState;
  #now = 0;

  constructor(scenario: Scenario, setup: ControllerSetup, seed: number) {
    this.#setup = setup;
    this.#scenario = scenario;
    this.#jobs = new Random(seed);
    this.#plant = new Plant(scenario.plant, this.#jobs.fork());
    this.#device = new ObservedDevice(new SimulatedDevice(this.#plant, scenario.instruments));
    this.#state = startController(setup);
    this.#occupancy = new Occupancy(this.#state.limit, 0);
    this.#fill(0);
  }

  runUntil(until: number): void {
    for (;;) {
      const restarted = this.#plant.inFlight === 0 ? this.#plant.readyAt : Infinity;
      const next = Math.min(this.#plant.nextEventAt(), restarted > this.#now ? restarted : Infinity, until);
      this.#now = next;
      this.#settle(this.#plant.advance(next));
      if (next >= until) return;
      this.#fill(next);
    }
  }

  period(seq: number): DecisionRecord {
    const t = this.#now;
    const usage = this.#occupancy.period(t);
    const observation: Observation = {
      seq,
      t,
      period: periodMs,
      limit: this.#state.limit,
      inFlight: { mean: sixDigits(usage.mean), max: usage.max, last: usage.last },
      limited: sixDigits(usage.limited),
      queue: endlessQueue,
      ...this.#window.close(),
      ...this.#device.observe(t),
    };
    const before = this.#state;
    const { state, verdict } = stepController(this.#setup, before, observation);
    this.#state = state;
    this.#occupancy.resize(state.limit, t);
    this.#fill(t);
    return this.#record(observation, verdict, before);
  }

  #record(observation: Observation, verdict: Verdict, before: ControllerState): DecisionRecord {
    const { seq, t, period, ...facts } = observation;
    const { strategy, config, bounds, dryRun } = this.#setup;
    return {
      v: recordVersion,
      seq,
      worker: 'simulation',
      endpoint: this.#scenario.name,
      at: t,
      t,
      period,
      strategy: strategy.name,
      configHash: '',
      ...verdict,
      observation: facts,
      ...(seq % checkpointEvery === 0 && { checkpoint: { state: before, config, bounds, dryRun } }),
    };
  }

  #fill(t: number): void {
    const ready = t >= this.#plant.readyAt;
    this.#occupancy.holdBack(!ready, t);
    // A job that does not fit is not tried again in the same instant.
    for (let fits = ready; fits && this.#occupancy.free > 0;) {
      const job = this.#scenario.jobs(this.#jobs, t);
      this.#occupancy.start(t);
      this.#window.started(0);
      const id = this.#plant.admit(job, t);
      this.#attempts.set(id, { job, start: t, area: this.#occupancy.area(t) });
      const ends = this.#plant.advance(t);
      fits = ends.length === 0;
      this.#settle(ends);
    }
  }

  #settle(ends: readonly PlantEnd[]): void {
    if (ends.some(({ outcome }) => outcome === 'out-of-memory')) this.totals.outOfMemory += 1;
    for (const { id, at, outcome } of ends) {
      const attempt = this.#attempts.get(id);
      if (attempt === undefined) continue;
      this.#attempts.delete(id);
      this.#occupancy.finish(at);
      this.#ended(attempt, at, outcome);
    }
  }

  #ended({ job, start, area }: Attempt, at: number, outcome: PlantEnd['outcome']): void {
    const service = at - start;
    const n = service > 0 ? (this.#occupancy.area(at) - area) / service : this.#occupancy.inFlight + 1;
    const ended = { finish: at, service, n, deadline: job.deadline, size: job.size, jobClass: job.class };
    if (outcome === 'finished') {
      this.#window.ended({ ...ended, outcome: 'succeeded' });
      this.totals.finished += 1;
      if (job.deadline !== undefined && service > job.deadline) this.totals.late += 1;
      else this.totals.onTime += 1;
    } else {
      this.#window.ended({ ...ended, outcome: 'overloaded', errorType: 'out-of-memory' });
      this.totals.lost += 1;
    }
  }
}
