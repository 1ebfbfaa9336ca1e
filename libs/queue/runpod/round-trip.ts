const kept = 31;
const longestMs = 1000;

/**
 * One round trip to the platform, ms: the median of the last answers that it had no reason to hold. Takes that waited for a
 * job are among them, so it is never more than a second.
 */
export class RoundTrip {
  readonly #recent: number[] = [];
  #next = 0;
  #median: number | undefined = 0;

  add(ms: number): void {
    this.#recent[this.#next] = ms;
    this.#next = (this.#next + 1) % kept;
    this.#median = undefined;
  }

  /** 0 before the first answer. */
  get ms(): number {
    if (this.#median === undefined) {
      const sorted = this.#recent.toSorted((a, b) => a - b);
      this.#median = Math.min(longestMs, sorted[(sorted.length - 1) >> 1] ?? 0);
    }
    return this.#median;
  }
}
