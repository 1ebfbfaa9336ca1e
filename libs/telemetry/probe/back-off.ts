import type { ProbeTimes } from './probe-system.ts';

export interface Restart {
  /** In a row, this one included. */
  readonly failures: number;
  readonly delayMs: number;
}

export interface EndedLife {
  readonly failuresBefore: number;
  readonly livedMs: number;
  /** 0..1 */
  readonly random: number;
}

/**
 * Exponential back-off with full jitter: a random share of first · 2ⁿ, at most the longest
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function nextRestart(life: EndedLife, times: ProbeTimes): Restart {
  const before = life.livedMs >= times.healthy ? 0 : life.failuresBefore;
  const longest = Math.min(times.longestBackOff, times.firstBackOff * 2 ** before);
  return { failures: before + 1, delayMs: longest * life.random };
}
