/** setTimeout takes no more; a later moment is looked at again then. */
const longestMs = 2 ** 31 - 1;

/** One timer for the earliest of all due moments, so that an idle queue uses no time at all. */
export class Alarm {
  readonly #now: () => number;
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at = Infinity;

  constructor(now: () => number, ring: () => void) {
    this.#now = now;
    this.#ring = ring;
  }

  /** Rings at `at` (wall-clock ms) or earlier. */
  set(at: number): void {
    if (at >= this.#at || at === Infinity) return;
    clearTimeout(this.#timer);
    this.#at = at;
    this.#timer = setTimeout(() => this.#fire(), Math.min(Math.max(0, at - this.#now()), longestMs));
    this.#timer.unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#at = Infinity;
  }

  #fire(): void {
    this.#at = Infinity;
    this.#ring();
  }
}
