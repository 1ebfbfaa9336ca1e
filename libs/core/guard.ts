import type { GuardFacts } from './guard-facts.ts';
import type { Job } from './job.ts';
import type { Observation } from './observation.ts';

export interface GuardConfig {
  /** Share of the capacity that is never planned with, 0..1. */
  readonly margin: number;
  /** Standard deviations of the prediction that are kept free. */
  readonly z: number;
  /** What an out-of-memory does to the other jobs; `auto` finds out. */
  readonly outOfMemory: 'auto' | 'fatal' | 'job';
}

export const defaultGuard: GuardConfig = { margin: 0.03, z: 3, outOfMemory: 'auto' };

/** What the guard knows of a job before it starts. */
export type GuardedJob = Pick<Job, 'class' | 'memory'>;

/**
 * Per-job admission by predicted device memory. Time is an argument (monotonic ms), so the simulation drives this very
 * code. Nothing here throws, waits or reads a clock.
 */
export class MemoryGuard {
  /** `expected`: a telemetry source is configured, so the first reading is waited for. */
  constructor(_config: GuardConfig, _options: { readonly expected: boolean }, _t: number) {}

  /** Whether the job may start now; a refusal is counted. Called only where the limit has room. */
  admits(_job: GuardedJob, _t: number): boolean {
    return true;
  }

  /** About how many more jobs of mean size would be admitted now; Infinity where nothing is known of memory. */
  room(_t: number): number {
    return Infinity;
  }

  started(_job: GuardedJob, _t: number): void {}

  /** `start`: the time that was given to {@link started}. */
  finished(_job: GuardedJob, _start: number, _t: number): void {}

  /** Once a period, and only fresh readings: a repeated time of taking is one reading. */
  observe(_observed: Pick<Observation, 'readings' | 'missing'>, _t: number): void {}

  /** `worker`: every job in flight was lost with it; `job`: one job failed and the others live. */
  outOfMemory(_scope: 'worker' | 'job', _t: number): void {}

  /** Facts for the record of the period that ends; undefined while no memory is known and none is expected. */
  period(_t: number): GuardFacts | undefined {
    return undefined;
  }
}
