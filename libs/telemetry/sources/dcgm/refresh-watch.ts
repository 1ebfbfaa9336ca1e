export interface Freshness {
  /** Since the values last changed, ms. */
  readonly age: number;
  /** Between two refreshes of the exporter, ms: as learnt, until then as it is by default. */
  readonly interval: number;
  /** Two intervals without a change. */
  readonly unchanged: boolean;
}

/** dcgm-exporter's own default. */
const defaultIntervalMs = 30_000;
const remembered = 5;

/** Learns how often a page's values are refreshed from when they are seen to change: the exporter does not say. */
export class RefreshWatch {
  readonly #shortestMs: number;
  #values: string | undefined;
  #since = 0;
  #sawChange = false;
  #gaps: readonly number[] = [];

  /** Changes closer together than `shortestMs`, our own interval, are not seen. */
  constructor(shortestMs: number) {
    this.#shortestMs = shortestMs;
  }

  /** `values`: anything that differs when the values do. `now`: monotonic, ms. */
  see(values: string, now: number): Freshness {
    // At first sight the values may be up to a refresh old, and nothing tells how old: they count from then on.
    if (this.#values === undefined) this.#since = now;
    else if (this.#values !== values) this.#changed(now);
    this.#values = values;
    const age = now - this.#since;
    const interval = this.#interval();
    return { age, interval, unchanged: age >= 2 * interval };
  }

  #changed(now: number): void {
    // The first gap began before we looked; only from the second change on is one known from end to end.
    if (this.#sawChange) this.#gaps = [...this.#gaps, now - this.#since].slice(-remembered);
    this.#sawChange = true;
    this.#since = now;
  }

  /** The median: one scrape that failed doubles a gap and must not double the interval. */
  #interval(): number {
    const median = this.#gaps.toSorted((a, b) => a - b)[Math.floor((this.#gaps.length - 1) / 2)];
    return Math.max(this.#shortestMs, median ?? defaultIntervalMs);
  }
}
