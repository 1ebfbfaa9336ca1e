import type { Outcome, ErrorType } from './job.ts';
import type { JobCounts, JobSample, Observation } from './observation.ts';
import { microseconds, sixDigits } from './rounding.ts';

/** One attempt that ended; times in monotonic ms. */
export interface EndedAttempt {
  readonly outcome: Outcome;
  readonly errorType?: ErrorType | undefined;
  readonly finish: number;
  readonly service: number;
  /** Mean in flight over its life. */
  readonly n: number;
  readonly deadline?: number | undefined;
  readonly size?: number | undefined;
  readonly jobClass?: string | undefined;
}

/** What the window contributes to the observation. */
export type WindowFacts = Pick<Observation, 'jobs' | 'wait' | 'service' | 'slack' | 'samples' | 'sampled' | 'classes'>;

const maxSamples = 64;
const maxClasses = 16;

/**
 * Gathers what happened to jobs during one period. Only successful completions are latency samples: a fast failure would
 * look like fast service. A timed-out attempt counts as late, without a sample.
 */
export class Window {
  #counts = noJobs();
  #waits: number[] = [];
  #completions: EndedAttempt[] = [];

  started(wait: number): void {
    this.#counts.started += 1;
    this.#waits.push(wait);
  }

  ended(attempt: EndedAttempt): void {
    switch (attempt.outcome) {
      case 'succeeded':
        this.#counts.succeeded += 1;
        if (attempt.deadline !== undefined && attempt.service > attempt.deadline) this.#counts.late += 1;
        this.#completions.push(attempt);
        return;
      case 'timed-out':
        this.#counts.timedOut += 1;
        this.#counts.late += 1;
        return;
      case 'overloaded':
        if (attempt.errorType === 'throttled') this.#counts.throttled += 1;
        else this.#counts.outOfMemory += 1;
        return;
      case 'failed':
        this.#counts.failed += 1;
        return;
      case 'cancelled':
        this.#counts.cancelled += 1;
        return;
    }
  }

  /** Closes the period and begins the next. */
  close(): WindowFacts {
    const completions = this.#completions;
    const facts = {
      jobs: this.#counts,
      ...waitOf(this.#waits),
      ...serviceOf(completions),
      ...samplesOf(completions),
    };
    this.#counts = noJobs();
    this.#waits = [];
    this.#completions = [];
    return facts;
  }
}

function noJobs(): { -readonly [Count in keyof JobCounts]: number } {
  return { started: 0, succeeded: 0, failed: 0, throttled: 0, outOfMemory: 0, timedOut: 0, cancelled: 0, late: 0 };
}

function waitOf(waits: readonly number[]): Pick<WindowFacts, 'wait'> {
  if (waits.length === 0) return {};
  const sorted = Float64Array.from(waits).toSorted();
  return { wait: { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) } };
}

function serviceOf(completions: readonly EndedAttempt[]): Pick<WindowFacts, 'service' | 'slack'> {
  if (completions.length === 0) return {};
  const times = new Float64Array(completions.length);
  const slacks = new Float64Array(completions.length);
  let [sum, withDeadline] = [0, 0];
  for (let index = 0; index < completions.length; index += 1) {
    // The index stays below the length.
    const { service, deadline } = completions[index]!;
    times[index] = service;
    sum += service;
    if (deadline === undefined) continue;
    slacks[withDeadline] = service / deadline;
    withDeadline += 1;
  }
  times.sort();
  const service = {
    mean: sixDigits(sum / times.length),
    p50: quantile(times, 0.5),
    p90: quantile(times, 0.9),
    p95: quantile(times, 0.95),
  };
  if (withDeadline === 0) return { service };
  const sorted = slacks.subarray(0, withDeadline).toSorted();
  return { service, slack: { p50: quantile(sorted, 0.5), p90: quantile(sorted, 0.9) } };
}

function samplesOf(completions: readonly EndedAttempt[]): Pick<WindowFacts, 'samples' | 'sampled' | 'classes'> {
  const every = Math.ceil(completions.length / maxSamples);
  const classes: string[] = [];
  const samples: JobSample[] = [];
  for (let index = 0; index < completions.length; index += every) {
    // The index stays below the length.
    const completion = completions[index]!;
    samples.push([
      microseconds(completion.finish),
      sixDigits(completion.service),
      sixDigits(completion.n),
      completion.deadline ?? null,
      completion.size ?? null,
      classIndex(classes, completion.jobClass ?? ''),
    ]);
  }
  return {
    samples,
    ...(every > 1 && { sampled: sixDigits(samples.length / completions.length) }),
    ...((classes.length > 1 || classes.some((name) => name !== '')) && { classes }),
  };
}

/** Job classes are the client's words: beyond 16 a period they share the last place. */
function classIndex(classes: string[], name: string): number {
  const found = classes.indexOf(name);
  if (found >= 0) return found;
  if (classes.length === maxClasses) return maxClasses - 1;
  classes.push(classes.length === maxClasses - 1 ? 'other' : name);
  return classes.length - 1;
}

/** Nearest-rank quantile of sorted numbers. */
function quantile(sorted: Float64Array, p: number): number {
  return sixDigits(sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? 0);
}
