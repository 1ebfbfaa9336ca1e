import { MemoryGuard, Occupancy, type GuardConfig, type GuardedJob, type Observation, type Usage } from '#libs/core';
import type { PlantJob } from './jobs.ts';
import type { Limiter, LoopView } from './limiter.ts';
import { ObservedDevice } from './observed-device.ts';
import { Plant, type PlantEnd } from './plant.ts';
import { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { SimulatedDevice } from './simulated-device.ts';
import { Tally } from './tally.ts';
import { WaitingLine } from './waiting-line.ts';

export interface LoopOptions {
  readonly scenario: Scenario;
  /** The same seed brings the same jobs and the same noise, whatever the limit does. */
  readonly seed: number;
  /** Absent: no guard. */
  readonly guard?: GuardConfig | undefined;
  /** Clients declare size, memory and class; otherwise jobs have deadlines alone. */
  readonly hints?: boolean | undefined;
}

interface Attempt {
  readonly job: PlantJob;
  readonly guarded: GuardedJob;
  readonly arrivedAt: number | undefined;
  readonly start: number;
  readonly area: number;
  readonly inFlightAtStart: number;
}

/** The product telemetry's own interval, ms. */
const lookEvery = 1000;

/** The product's gate arithmetic and guard around a plant; a limiter sets the limit. Times in ms from 0. */
export class ClosedLoop implements LoopView {
  readonly tally = new Tally();
  readonly guard: MemoryGuard | undefined;
  readonly #hints: boolean;
  readonly #plant: Plant;
  readonly #device: ObservedDevice;
  readonly #line: WaitingLine;
  readonly #occupancy: Occupancy;
  readonly #attempts = new Map<number, Attempt>();
  #limiter: Limiter;
  #now = 0;
  #nextTick: number;
  #nextLook = lookEvery;
  #observed: Pick<Observation, 'readings' | 'missing'> = { readings: [], missing: [] };
  #observedAt = -1;

  constructor(options: LoopOptions, limiterOf: (guard: MemoryGuard | undefined) => Limiter) {
    const { scenario, seed, guard, hints = false } = options;
    const random = new Random(seed);
    this.#hints = hints;
    this.#plant = new Plant(scenario.plant, random.fork());
    this.#device = new ObservedDevice(new SimulatedDevice(this.#plant, scenario.instruments));
    this.#line = new WaitingLine(scenario, random);
    this.guard = guard && new MemoryGuard(guard, { expected: true }, 0);
    this.#limiter = limiterOf(this.guard);
    this.#occupancy = new Occupancy(this.#limiter.limit, 0);
    this.#nextTick = this.#limiter.tickMs;
    this.tally.gate(0, Math.floor(this.#limiter.limit));
    this.#line.arrive(0);
    this.#fill(0);
  }

  get inFlight(): number {
    return this.#occupancy.inFlight;
  }

  get queue(): LoopView['queue'] {
    return this.#line.depth(this.#now);
  }

  get device(): LoopView['device'] {
    return this.#plant.telemetry(this.#now);
  }

  get capacity(): number {
    return this.#plant.config.capacity;
  }

  telemetry(): Pick<Observation, 'readings' | 'missing'> {
    if (this.#observedAt < this.#now) {
      this.#observed = this.#device.observe(this.#now);
      this.#observedAt = this.#now;
    }
    return this.#observed;
  }

  closePeriod(): Usage {
    return this.#occupancy.period(this.#now);
  }

  runUntil(until: number): void {
    while (this.#now < until) {
      this.#now = Math.min(this.#nextEventAt(), until);
      this.#settle(this.#plant.advance(this.#now));
      this.#line.arrive(this.#now);
      this.#look();
      this.#tick();
      this.#fill(this.#now);
    }
    this.tally.dropped = this.#line.dropped;
  }

  #nextEventAt(): number {
    const { readyAt, inFlight } = this.#plant;
    const restarted = inFlight === 0 && readyAt > this.#now ? readyAt : Infinity;
    const next = Math.min(this.#plant.nextEventAt(), restarted, this.#line.nextArrivalAt, this.#nextTick);
    return this.guard === undefined ? next : Math.min(next, this.#nextLook);
  }

  #look(): void {
    if (this.guard === undefined || this.#now < this.#nextLook) return;
    this.guard.observe(this.telemetry(), this.#now);
    this.#nextLook += lookEvery;
  }

  #tick(): void {
    if (this.#now < this.#nextTick) return;
    this.#limiter.tick?.(this.#now, this);
    this.#nextTick += this.#limiter.tickMs;
    this.#resize();
  }

  #resize(): void {
    const { limit } = this.#limiter;
    if (limit === this.#occupancy.limit) return;
    this.#occupancy.resize(limit, this.#now);
    this.tally.gate(this.#now, Math.floor(limit));
  }

  #fill(t: number): void {
    const ready = t >= this.#plant.readyAt;
    let heldBack = !ready;
    // A job that does not fit is not tried again in the same instant.
    for (let fits = ready; fits && this.#occupancy.free > 0;) {
      const first = this.#line.first(t);
      if (first === undefined || this.#limiter.mayStart?.(t, this) === false) break;
      const guarded = this.#hints ? declared(first.job) : undeclared(first.job);
      if (this.guard?.admits(guarded, t) === false) {
        heldBack = true;
        break;
      }
      this.#line.shift();
      fits = this.#start(first.job, { guarded, arrivedAt: first.arrivedAt, t });
    }
    this.#occupancy.holdBack(heldBack, t);
  }

  /** Whether it fitted. */
  #start(
    job: PlantJob,
    {
      guarded,
      arrivedAt,
      t,
    }: { readonly guarded: GuardedJob; readonly arrivedAt: number | undefined; readonly t: number },
  ): boolean {
    this.#occupancy.start(t);
    this.guard?.started(guarded, t);
    const { inFlight } = this.#occupancy;
    this.#limiter.started?.(t, inFlight, arrivedAt === undefined ? 0 : t - arrivedAt);
    const id = this.#plant.admit(job, t);
    const area = this.#occupancy.area(t);
    this.#attempts.set(id, { job, guarded, arrivedAt, start: t, area, inFlightAtStart: inFlight });
    const ends = this.#plant.advance(t);
    this.#settle(ends);
    this.#resize();
    return ends.length === 0;
  }

  #settle(ends: readonly PlantEnd[]): void {
    if (ends.length === 0) return;
    if (ends.some(({ outcome }) => outcome === 'out-of-memory')) this.tally.outOfMemory += 1;
    for (const { id, at, outcome } of ends) {
      const attempt = this.#attempts.get(id);
      if (attempt === undefined) continue;
      this.#attempts.delete(id);
      this.#ended(attempt, at, outcome === 'out-of-memory');
      if (outcome !== 'out-of-memory') continue;
      this.guard?.outOfMemory(this.#plant.config.outOfMemory === 'fatal' ? 'worker' : 'job', at);
    }
    this.#resize();
  }

  #ended({ job, guarded, arrivedAt, start, area, inFlightAtStart }: Attempt, at: number, lost: boolean): void {
    const { inFlight } = this.#occupancy;
    const service = at - start;
    const n = service > 0 ? (this.#occupancy.area(at) - area) / service : inFlight;
    this.#occupancy.finish(at);
    this.guard?.finished(guarded, start, at);
    const { deadline = Infinity, size, class: jobClass } = job;
    this.tally.ended(at, lost ? 'lost' : at - (arrivedAt ?? start) > deadline ? 'late' : 'on-time');
    this.#limiter.ended?.({
      t: at,
      start,
      service,
      late: !lost && service > deadline,
      lost,
      deadline: job.deadline,
      ...(this.#hints && { size, class: jobClass }),
      inFlightAtStart,
      inFlight,
      n,
    });
  }
}

function undeclared({ deadline }: PlantJob): GuardedJob {
  return deadline === undefined ? {} : { deadline };
}

function declared({ memoryHint, class: jobClass, deadline }: PlantJob): GuardedJob {
  return {
    ...(deadline !== undefined && { deadline }),
    ...(memoryHint !== undefined && { memory: memoryHint }),
    ...(jobClass !== undefined && { class: jobClass }),
  };
}
