import { freshIntervals, sixDigits, type MissingReading, type Reading } from '#libs/core';
import type { ControlView } from './control-view.ts';

/** The last sample of one source, and whether it is still true. Times in ms of the worker's monotonic clock. */
export class HeldSample {
  readonly #view: ControlView;
  readonly #takenAt: number;
  readonly #interval: number;

  constructor(options: {
    readonly view: ControlView;
    /** When the values were true: receipt less the duration of the read and the age the source tells. */
    readonly takenAt: number;
    /** Time between two refreshes of the values. */
    readonly interval: number;
  }) {
    this.#view = options.view;
    this.#takenAt = options.takenAt;
    this.#interval = options.interval;
  }

  /** Adds the readings while they are fresh; afterwards that they are not. */
  observe(now: number, readings: Reading[], missing: MissingReading[]): void {
    const age = Math.max(0, sixDigits(now - this.#takenAt));
    if (age > freshIntervals * this.#interval) return this.#gone(missing);
    for (const reading of this.#view.readings) readings.push({ ...reading, age });
    missing.push(...this.#view.missing);
  }

  #gone(missing: MissingReading[]): void {
    for (const { value: _value, unit: _unit, source: _source, ...which } of this.#view.readings) {
      missing.push({ ...which, why: 'stale' });
    }
    missing.push(...this.#view.missing);
  }
}
