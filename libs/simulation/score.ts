import type { Tally } from './tally.ts';

/** What one run left behind. Times in ms. */
export interface RunFacts {
  readonly onTime: number;
  readonly late: number;
  readonly lost: number;
  readonly dropped: number;
  readonly outOfMemory: number;
  /** On-time jobs by phase of the scenario. */
  readonly phases: readonly number[];
  readonly maxGate: number;
  /** Σ|Δgate| a minute, second half of the run. */
  readonly churn: number;
}

/** Compared with the best fixed limit. */
export interface Trace {
  /** s until the on-time rate first was 0.9 of the best fixed limit's; Infinity: never. */
  readonly settle: number;
  /** ∫(best rate − rate)⁺ dt over best rate · duration, 0..1. */
  readonly regret: number;
}

export function factsOf(tally: Tally, duration: number, phases: readonly number[] = [0]): RunFacts {
  const { onTime, late, lost, dropped, outOfMemory, gates } = tally;
  return {
    onTime,
    late,
    lost,
    dropped,
    outOfMemory,
    phases: phases.map((from, index) => countBetween(tally.onTimeAt, from, phases[index + 1] ?? Infinity)),
    maxGate: Math.max(...gates.map(({ gate }) => gate)),
    churn: churnOf(gates, duration),
  };
}

/**
 * Settled: the end of the first trailing window of W with an on-time rate of 0.9 of the best, W = min(T/15, max(10 s, 200
 * jobs at the best rate)), in steps of W/4. `rate` in jobs per ms.
 */
export function traceOf(onTimeAt: readonly number[], duration: number, rate: number): Trace {
  const window = Math.min(duration / 15, Math.max(10_000, rate > 0 ? 200 / rate : Infinity));
  let settle = Infinity;
  for (let end = window; end <= duration && settle === Infinity; end += window / 4) {
    if (countBetween(onTimeAt, end - window, end) >= 0.9 * rate * window) settle = end / 1000;
  }
  let missed = 0;
  for (let from = 0; from < duration; from += window) {
    const length = Math.min(window, duration - from);
    missed += Math.max(0, rate * length - countBetween(onTimeAt, from, from + length));
  }
  return { settle, regret: rate > 0 ? missed / (rate * duration) : 0 };
}

export interface Summary {
  readonly mean: number;
  readonly median: number;
  readonly p10: number;
  readonly p01: number;
  readonly worst: number;
  /** Ratios below 0.01 count as that. */
  readonly geomean: number;
  /** Share of the ratios ≥ 0.95. */
  readonly share95: number;
  /** Standard error of the mean. */
  readonly spread: number;
}

export function summaryOf(ratios: readonly number[]): Summary {
  const sorted = ratios.toSorted((a, b) => a - b);
  const mean = meanOf(ratios);
  const variance = meanOf(ratios.map((ratio) => (ratio - mean) ** 2));
  return {
    mean,
    median: quantileOf(sorted, 0.5),
    p10: quantileOf(sorted, 0.1),
    p01: quantileOf(sorted, 0.01),
    worst: sorted[0] ?? NaN,
    geomean: Math.exp(meanOf(ratios.map((ratio) => Math.log(Math.max(0.01, ratio))))),
    share95: ratios.filter((ratio) => ratio >= 0.95).length / ratios.length,
    spread: Math.sqrt(variance / Math.max(1, ratios.length - 1)),
  };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Linear between the order statistics of sorted numbers. */
export function quantileOf(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? NaN;
  const high = sorted[Math.ceil(at)] ?? NaN;
  return low + (at - Math.floor(at)) * (high - low);
}

/** How many of the ascending times lie in [from, to). */
export function countBetween(times: readonly number[], from: number, to: number): number {
  return firstAtOrAfter(times, to) - firstAtOrAfter(times, from);
}

function firstAtOrAfter(times: readonly number[], t: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    // The index stays below the length.
    if (times[middle]! < t) low = middle + 1;
    else high = middle;
  }
  return low;
}

function churnOf(gates: Tally['gates'], duration: number): number {
  let moved = 0;
  for (let index = 1; index < gates.length; index += 1) {
    const { t, gate } = gates[index]!;
    if (t >= duration / 2) moved += Math.abs(gate - gates[index - 1]!.gate);
  }
  return moved / (duration / 2 / 60_000);
}
