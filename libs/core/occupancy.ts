/** How full the gate was over one period. */
export interface Usage {
  readonly mean: number;
  readonly max: number;
  readonly last: number;
  readonly limited: number;
}

/**
 * The arithmetic of the gate: who may start, and how full it has been. Time is an argument (monotonic ms), so the
 * simulation drives this very code.
 *
 * Admit ⇔ in flight < ⌊limit⌋. A raise admits in the same turn; a cut cancels nothing: in flight falls as attempts end.
 * A = ∫ in-flight dt gives each job its own mean neighbourhood, n = (A(finish) − A(dispatch)) / service.
 */
export class Occupancy {
  #limit: number;
  #inFlight = 0;
  #max = 0;
  #area = 0;
  #limitedMs = 0;
  #heldBack = false;
  #t: number;
  #periodT: number;
  #periodArea = 0;

  constructor(limit: number, t: number) {
    this.#limit = limit;
    this.#t = t;
    this.#periodT = t;
  }

  get limit(): number {
    return this.#limit;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Free slots; never negative, also while in flight exceeds a limit that was cut. */
  get free(): number {
    return Math.max(0, Math.floor(this.#limit) - this.#inFlight);
  }

  /** ∫ in-flight dt up to `t`, in job·ms. */
  area(t: number): number {
    return this.#area + this.#inFlight * (t - this.#t);
  }

  /** One attempt starts; the caller has seen `free > 0`. */
  start(t: number): void {
    this.#advance(t);
    this.#inFlight += 1;
    this.#max = Math.max(this.#max, this.#inFlight);
  }

  finish(t: number): void {
    this.#advance(t);
    this.#inFlight -= 1;
  }

  resize(limit: number, t: number): void {
    this.#advance(t);
    this.#limit = limit;
  }

  /** Something other than the limit (a guard, a pause) keeps jobs back: such time does not count as limited. */
  holdBack(heldBack: boolean, t: number): void {
    this.#advance(t);
    this.#heldBack = heldBack;
  }

  /** Closes the period at `t`. */
  period(t: number): Usage {
    this.#advance(t);
    const length = t - this.#periodT;
    const usage =
      length > 0
        ? {
            mean: (this.#area - this.#periodArea) / length,
            max: this.#max,
            last: this.#inFlight,
            limited: Math.min(1, this.#limitedMs / length),
          }
        : { mean: this.#inFlight, max: this.#max, last: this.#inFlight, limited: 0 };
    this.#periodT = t;
    this.#periodArea = this.#area;
    this.#limitedMs = 0;
    this.#max = this.#inFlight;
    return usage;
  }

  #advance(t: number): void {
    const elapsed = t - this.#t;
    if (elapsed <= 0) return;
    this.#area += this.#inFlight * elapsed;
    const gate = Math.floor(this.#limit);
    if (gate >= 1 && !this.#heldBack && this.#inFlight >= 0.9 * gate) this.#limitedMs += elapsed;
    this.#t = t;
  }
}
