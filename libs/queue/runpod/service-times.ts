/** Jobs whose length is remembered. */
const kept = 64;
/** From fewer it is not believed that jobs are short: a few that failed at once say nothing of the others. */
const fewest = 8;

/**
 * How long jobs took here lately, and so how many of those that run will end soon (H3).
 *
 *     expected(ages, h) = Σ P(S ≤ age + h | S > age)      where jobs take longer than h
 *     expected(ages, h) = slots · h / mean(S) − free      where they are shorter: a slot ends several
 *
 * P is counted among the last 64 jobs; one that runs longer than any of them is not expected to end.
 */
export class ServiceTimes {
  readonly #recent: number[] = [];
  #sorted: readonly number[] = [];
  #mean = 0;
  #next = 0;

  /** @param ms from the start of one job to its end */
  add(ms: number): void {
    this.#recent[this.#next] = ms;
    this.#next = (this.#next + 1) % kept;
    this.#sorted = this.#recent.toSorted((a, b) => a - b);
    this.#mean = this.#recent.reduce((sum, value) => sum + value, 0) / this.#recent.length;
  }

  /** Of the last jobs, ms; 0 before the first has ended. */
  get mean(): number {
    return this.#mean;
  }

  /**
   * How many jobs will end within the horizon; with one standard deviation on top where that is by chance.
   * @param ages of the jobs that run, ms
   * @param free slots that are waiting for a job, which is asked for already
   */
  expectedEnds(ages: readonly number[], free: number, horizonMs: number): number {
    const sorted = this.#sorted;
    const { length } = sorted;
    if (this.#mean < horizonMs && length >= fewest) {
      const likely = ages.filter((age) => age <= (sorted[length - 1] ?? 0)).length;
      return Math.max(0, ((likely + free) * horizonMs) / Math.max(this.#mean, 1) - free);
    }
    let expected = 0;
    let variance = 0;
    for (const age of ages) {
      const longer = length - countUpTo(sorted, age);
      if (longer === 0) continue;
      const share = 1 - (length - countUpTo(sorted, age + horizonMs)) / longer;
      expected += share;
      variance += share * (1 - share);
    }
    return expected + Math.sqrt(variance);
  }
}

/** How many of the sorted values are at most `limit`. */
function countUpTo(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
