import { MemoryGuard, Occupancy, defaultGuard, type GuardedJob, type Usage } from '#libs/core';
import type { Clock } from './clock.ts';

/** One admitted attempt's place. */
export interface Place {
  /** Monotonic ms of the dispatch. */
  readonly start: number;
  /** Frees the slot, once; further calls change nothing. */
  leave(): void;
  /** Mean in flight from dispatch to now: the neighbourhood the attempt ran in. */
  meanInFlight(): number;
}

/**
 * The only place that decides whether one more job may start: the limit has room, and the guard expects the device to
 * have memory for it. A raise admits in the same turn of the event loop; a cut lets running attempts end by themselves.
 */
export class Gate {
  readonly #occupancy: Occupancy;
  readonly #clock: Clock;
  readonly #inside = new Map<Place, GuardedJob>();
  #guard: MemoryGuard;
  #onRoom: () => void = () => undefined;

  /** `guard`: by default one that expects to know of no memory, and admits everything. */
  constructor(limit: number, clock: Clock, guard?: MemoryGuard) {
    const now = clock.now();
    this.#clock = clock;
    this.#occupancy = new Occupancy(limit, now);
    this.#guard = guard ?? new MemoryGuard(defaultGuard, { expected: false }, now);
  }

  get guard(): MemoryGuard {
    return this.#guard;
  }

  get limit(): number {
    return this.#occupancy.limit;
  }

  get inFlight(): number {
    return this.#occupancy.inFlight;
  }

  get free(): number {
    return this.#occupancy.free;
  }

  /** How many jobs are worth asking for: what the limit has room for and the device probably too. */
  get worthTaking(): number {
    const { free } = this;
    return free === 0 ? 0 : Math.min(free, Math.max(1, Math.floor(this.#guard.room(this.#clock.now()))));
  }

  /** Who fills the slots: called in the same turn whenever their number may have changed. */
  onRoom(fill: () => void): void {
    this.#onRoom = fill;
  }

  /** Whether the device has memory for this job. Ask only where `free` > 0. */
  admits(job: GuardedJob): boolean {
    return this.#guard.admits(job, this.#clock.now());
  }

  enter(job: GuardedJob): Place {
    const start = this.#clock.now();
    this.#occupancy.start(start);
    this.#guard.started(job, start);
    const areaAtStart = this.#occupancy.area(start);
    const place: Place = {
      start,
      leave: () => {
        if (!this.#inside.delete(place)) return;
        const now = this.#clock.now();
        this.#occupancy.finish(now);
        this.#guard.finished(job, start, now);
        this.#onRoom();
      },
      meanInFlight: () => {
        const now = this.#clock.now();
        return now > start ? (this.#occupancy.area(now) - areaAtStart) / (now - start) : this.inFlight;
      },
    };
    this.#inside.set(place, job);
    return place;
  }

  /** Another guard, which has learnt nothing; it is told of what runs. */
  guardBy(guard: MemoryGuard): void {
    for (const [{ start }, job] of this.#inside) guard.started(job, start);
    this.#guard = guard;
    this.#onRoom();
  }

  /** Also with the limit in force: what the guard refused is then asked for again. */
  resize(limit: number): void {
    this.#occupancy.resize(limit, this.#clock.now());
    this.#onRoom();
  }

  /** Closes the period: how full the gate has been. */
  period(): Usage {
    return this.#occupancy.period(this.#clock.now());
  }

  /** A handler that is not ready, or the guard, keeps jobs back: such time is not the limit's doing. */
  holdBack(heldBack: boolean): void {
    this.#occupancy.holdBack(heldBack, this.#clock.now());
  }
}
