import type { MissingReading, Reading } from './telemetry.ts';

/** Counts of one period. `late`: succeeded after their deadline, or timed out. `started`: attempts dispatched. */
export interface JobCounts {
  readonly started: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly throttled: number;
  readonly outOfMemory: number;
  readonly timedOut: number;
  readonly cancelled: number;
  readonly late: number;
}

/** One completion: times in ms; `n` the mean in flight over the life of the job; `job class` an index into `classes`. */
export type JobSample = readonly [
  finish: number,
  service: number,
  n: number,
  deadline: number | null,
  size: number | null,
  jobClass: number,
];

/** What the user's own concurrency modifier answered: a number, an invalid answer in words, or neither while pending. */
export interface ModifierAnswer {
  readonly returned?: number;
  readonly invalid?: string;
  readonly duration: number;
}

/**
 * Plain facts of one period; the only thing a strategy sees. Durations in ms, memory in bytes, ratios 0..1, unknown =
 * key absent. Rounded before the strategy sees it, so that the record of it replays bit for bit.
 */
export interface Observation {
  /** +1 per period; the only source of variation a strategy may use. */
  readonly seq: number;
  /** Monotonic ms since the worker's start, at the end of the period. */
  readonly t: number;
  /** True length of the period. */
  readonly period: number;
  /** Limit in force during the period, fractional. */
  readonly limit: number;
  /** Attempts running: time-weighted mean, maximum, at the end. */
  readonly inFlight: { readonly mean: number; readonly max: number; readonly last: number };
  /** Share of the period with in flight ≥ 0.9·⌊limit⌋. */
  readonly limited: number;
  /** Jobs of normal priority waiting, and the age of the oldest. */
  readonly queue?: { readonly waiting: number; readonly oldest: number };
  /** Queue wait of the attempts started. */
  readonly wait?: { readonly p50: number; readonly p95: number };
  readonly jobs: JobCounts;
  /** Service time of successful completions. */
  readonly service?: { readonly mean: number; readonly p50: number; readonly p90: number; readonly p95: number };
  /** Service time over deadline of successful completions that have one. */
  readonly slack?: { readonly p50: number; readonly p90: number };
  /** Successful completions, oldest first; at most 64, every k-th when there were more. */
  readonly samples: readonly JobSample[];
  /** Share of the completions kept in `samples`; absent when all are. */
  readonly sampled?: number;
  /** Names of the job classes that `samples` point to. */
  readonly classes?: readonly string[];
  readonly readings: readonly Reading[];
  readonly missing: readonly MissingReading[];
  readonly modifier?: ModifierAnswer;
}
