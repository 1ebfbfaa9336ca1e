const bucketMs = 60_000;
const buckets = 10;

/** The least or the most of what was seen in the last ten minutes, to the minute. */
export class Extreme {
  readonly #better: (one: number, other: number) => number;
  #minutes: { readonly since: number; best: number }[] = [];
  #since: number | undefined;

  /** `better`: Math.min or Math.max. */
  constructor(better: (one: number, other: number) => number) {
    this.#better = better;
  }

  /** Undefined before the first; what is older than ten minutes when the last came is forgotten. */
  get best(): number | undefined {
    let best: number | undefined;
    for (const minute of this.#minutes) best = best === undefined ? minute.best : this.#better(best, minute.best);
    return best;
  }

  see(value: number, t: number): void {
    this.#since ??= t;
    const last = this.#minutes.at(-1);
    if (last !== undefined && t - last.since < bucketMs) last.best = this.#better(last.best, value);
    else this.#minutes.push({ since: t, best: value });
    while (t - this.#minutes[0]!.since >= buckets * bucketMs) this.#minutes.shift();
  }

  /** Whether ten minutes have been seen. */
  full(t: number): boolean {
    return this.#since !== undefined && t - this.#since >= (buckets - 1) * bucketMs;
  }
}
