import { Occupancy, type Usage } from '#libs/core';
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
 * The only place that decides whether one more job may start. A raise admits in the same turn of the event loop; a cut
 * lets running attempts end by themselves.
 */
export class Gate {
  readonly #occupancy: Occupancy;
  readonly #clock: Clock;
  #onRoom: () => void = () => undefined;

  constructor(limit: number, clock: Clock) {
    this.#clock = clock;
    this.#occupancy = new Occupancy(limit, clock.now());
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

  /** Who fills the slots: called in the same turn whenever their number may have changed. */
  onRoom(fill: () => void): void {
    this.#onRoom = fill;
  }

  enter(): Place {
    const start = this.#clock.now();
    this.#occupancy.start(start);
    const areaAtStart = this.#occupancy.area(start);
    let inside = true;
    return {
      start,
      leave: () => {
        if (!inside) return;
        inside = false;
        this.#occupancy.finish(this.#clock.now());
        this.#onRoom();
      },
      meanInFlight: () => {
        const now = this.#clock.now();
        return now > start ? (this.#occupancy.area(now) - areaAtStart) / (now - start) : this.inFlight;
      },
    };
  }

  resize(limit: number): void {
    this.#occupancy.resize(limit, this.#clock.now());
    this.#onRoom();
  }

  /** Closes the period: how full the gate has been. */
  period(): Usage {
    return this.#occupancy.period(this.#clock.now());
  }

  /** A handler that is not ready keeps jobs back: such time is not the limit's doing. */
  holdBack(heldBack: boolean): void {
    this.#occupancy.holdBack(heldBack, this.#clock.now());
  }
}
