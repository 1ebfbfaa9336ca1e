import type { JobStream } from './jobs.ts';
import type { Random } from './random.ts';
import type { ArrivalStream } from './scenario.ts';

/** The times of one run, ms from 0, in order: each call the next one. */
export type ArrivalTimes = (random: Random) => () => number;

/** A job is drawn as it arrives; times have a stream of their own, so that other jobs come at the same times. */
export function arriving(times: ArrivalTimes, jobs: JobStream): ArrivalStream {
  return (random) => {
    const next = times(random.fork());
    return () => {
      const at = next();
      return { at, job: jobs(random, at) };
    };
  };
}

/** The wait for an event that comes `rate` times per ms. */
export function exponential(random: Random, rate: number): number {
  return -Math.log(random.uniform()) / rate;
}
