import { JobClasses } from './guard-classes.ts';
import { Composition } from './guard-composition.ts';
import { GuardDevice, type Caution } from './guard-device.ts';
import type { GuardFacts, GuardState } from './guard-facts.ts';
import { History } from './guard-history.ts';
import type { GuardedJobs } from './guard-last-reading.ts';
import { Lives } from './guard-lives.ts';
import { OutOfMemory } from './guard-out-of-memory.ts';
import { engineCache, memoryReadings, type MemoryReading } from './guard-readings.ts';
import type { Job } from './job.ts';
import type { Observation } from './observation.ts';

export interface GuardConfig {
  /** Share of the capacity that is never planned with, 0..1. */
  readonly margin: number;
  /** Standard deviations of the prediction that are kept free. */
  readonly z: number;
  /** What an out-of-memory does to the other jobs; `auto` finds out. */
  readonly outOfMemory: 'auto' | 'fatal' | 'job';
}

export const defaultGuard: GuardConfig = { margin: 0.03, z: 3, outOfMemory: 'auto' };

/** What the guard knows of a job before it starts. */
export type GuardedJob = Pick<Job, 'class' | 'memory' | 'deadline'>;

/** A source's first read may take so long. */
const firstReadingMs = 15_000;
/** A model server that says nothing for so long is no longer there. */
const engineSilentMs = 60_000;
/** {@link MemoryGuard.room} looks no further. */
const mostRoom = 4096;

/**
 * Per-job admission by predicted device memory. Time is an argument (monotonic ms), so the simulation drives this very
 * code. Nothing here throws, waits or reads a clock.
 *
 *   admit  ⇔  I = 0  or, on every device,  expected + Z·deviation ≤ f·((1 − MARGIN)·capacity − base)
 *
 * `expected` and `deviation` are in `guard-prediction.ts`, what jobs take is learnt in `guard-footprints.ts`.
 */
export class MemoryGuard {
  readonly #jobs: GuardedJobs = {
    classes: new JobClasses(),
    history: new History(),
    now: new Composition(),
    lives: new Lives(),
  };
  readonly #outOfMemory: OutOfMemory;
  /** When a first reading is no longer waited for. */
  readonly #waitUntil: number;
  #devices: readonly GuardDevice[] = [];
  #refused = 0;

  /** `expected`: a telemetry source is configured, so the first reading is waited for. */
  constructor(config: GuardConfig, options: { readonly expected: boolean }, t: number) {
    this.#outOfMemory = new OutOfMemory(config);
    this.#waitUntil = options.expected ? t + firstReadingMs : -Infinity;
  }

  /** Whether the job may start now; a refusal is counted. Called only where the limit has room. */
  admits(job: GuardedJob, t: number): boolean {
    const admitted = this.#admits(job, t);
    if (!admitted) this.#refused += 1;
    return admitted;
  }

  /** About how many more jobs of mean size would be admitted now; Infinity where nothing is known of memory. */
  room(t: number): number {
    const inFlight = this.#jobs.now.jobs;
    if (this.#blind(t)) return t < this.#waitUntil ? Math.max(0, 1 - inFlight) : Infinity;
    const caution = this.#caution(t);
    const fits = (count: number): boolean =>
      this.#devices.every((device) => device.off(t) || device.fitsMean(count, caution, t));
    let [some, tooMany] = [inFlight === 0 ? 1 : 0, mostRoom + 1];
    for (let step = some + 1; step <= mostRoom; step *= 2) {
      if (!fits(step)) {
        tooMany = step;
        break;
      }
      some = step;
    }
    while (tooMany - some > 1) {
      const middle = Math.floor((some + tooMany) / 2);
      if (fits(middle)) some = middle;
      else tooMany = middle;
    }
    return some;
  }

  started(job: GuardedJob, t: number): void {
    const member = { ...this.#jobs.classes.place(job), start: t };
    this.#jobs.now.add(member);
    this.#jobs.history.started(member, t);
    for (const device of this.#devices) device.started(member);
  }

  /** `start`: the time that was given to {@link started}. */
  finished(job: GuardedJob, start: number, t: number): void {
    const member = { ...this.#jobs.classes.place(job), start };
    if (!this.#jobs.now.remove(member)) return;
    this.#jobs.lives.ended(t - start);
    this.#jobs.history.ended(member, t);
    for (const device of this.#devices) device.finished(member);
  }

  /** Once a period, and only fresh readings: a repeated time of taking is one reading. */
  observe(observed: Pick<Observation, 'readings' | 'missing'>, t: number): void {
    const readings = this.#ownKind(memoryReadings(observed, t), t);
    for (const reading of readings) this.#meet(reading);
    for (const device of this.#devices) {
      const reading = readings.find(({ device: name }) => name === device.name);
      if (reading === undefined) device.blind(t);
      else device.observe(reading);
    }
  }

  /** `worker`: every job in flight was lost with it; `job`: one job failed and the others live. */
  outOfMemory(scope: 'worker' | 'job', t: number): void {
    if (this.#outOfMemory.happened(scope, t)) this.#overran(t);
    if (scope === 'worker') for (const device of this.#devices) device.lost();
  }

  /** Facts for the record of the period that ends; undefined while no memory is known and none is expected. */
  period(t: number): GuardFacts | undefined {
    const refused = this.#refused;
    this.#refused = 0;
    const state = this.#state(t);
    if (this.#devices.length === 0 && this.#waitUntil === -Infinity) return undefined;
    const caution = this.#caution(t);
    const devices = this.#devices.map((device) => device.facts(caution, t)).filter((facts) => facts !== undefined);
    const learnt = devices.length > 0 && devices.length === this.#devices.length;
    return {
      state,
      model: this.#outOfMemory.model,
      refused,
      ...(learnt && { fits: this.#jobs.now.jobs + this.room(t) }),
      devices,
    };
  }

  #admits(job: GuardedJob, t: number): boolean {
    // With nothing in flight nothing is in the way, and to wait would be to wait for ever.
    if (this.#jobs.now.jobs === 0) return true;
    if (this.#blind(t)) return t >= this.#waitUntil;
    const sized = this.#jobs.classes.look(job);
    const caution = this.#caution(t);
    return this.#devices.every((device) => device.off(t) || device.fits(sized, 1, caution, t));
  }

  /** Nothing is known of any memory. */
  #blind(t: number): boolean {
    return this.#devices.every((device) => device.off(t));
  }

  /** On the fullest device, by what is known; who failed at this very time was there. */
  #overran(t: number): void {
    const then = new Composition();
    then.copy(this.#jobs.now);
    this.#jobs.history.addEnded(t, then);
    const fullest = this.#devices.toSorted((one, other) => other.share(then) - one.share(then))[0];
    if (then.jobs > 0) fullest?.overran(then);
  }

  #caution(t: number): Caution {
    const { margin, z } = this.#outOfMemory;
    return { margin, z, factor: this.#outOfMemory.factor(t) };
  }

  #state(t: number): GuardState {
    if (this.#blind(t)) return t < this.#waitUntil ? 'cold' : 'off';
    const states = this.#devices.filter((device) => !device.off(t)).map(({ state }) => state);
    return (['stale', 'cold', 'high-water'] as const).find((state) => states.includes(state)) ?? 'on';
  }

  /** A model server that was asked before speaks for the device, until it has been silent for a while. */
  #ownKind(readings: readonly MemoryReading[], t: number): readonly MemoryReading[] {
    const [engine] = this.#devices;
    if (engine?.name !== engineCache || readings.length === 0 || readings[0]?.device === engineCache) return readings;
    if (!engine.blindFor(engineSilentMs, t) || !readings.some(tellsCapacity)) return [];
    this.#devices = [];
    return readings;
  }

  /** A device joins with the first reading that tells its capacity. */
  #meet(reading: MemoryReading): void {
    const { device: name } = reading;
    if (!tellsCapacity(reading) || this.#devices.some((device) => device.name === name)) return;
    const engine = name === engineCache;
    if (engine) this.#outOfMemory.queuesItself();
    const device = new GuardDevice(this.#jobs, { name, capacity: reading.total, ...(engine && { base: 0 }) });
    this.#devices = engine ? [device] : [...this.#devices, device];
  }
}

function tellsCapacity(reading: MemoryReading): reading is MemoryReading & { readonly total: number } {
  return reading.total !== undefined && reading.total > 0;
}
