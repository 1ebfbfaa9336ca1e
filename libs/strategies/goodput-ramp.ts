import { sixDigits, type Observation } from '#libs/core';
import { lastJobs, type SlowStart } from './slow-start.ts';

/** The way up before there is a model; `recent` as in slow start. */
export type Ramp = Pick<SlowStart, 'active' | 'recent'>;

export const newRamp: Ramp = { active: true, recent: [] };
export const endedRamp: Ramp = { active: false, recent: [] };

/** Less than 10 % of the last jobs may be late while it runs. */
const tolerated = 0.1;
/** Jobs that make a share. */
const enough = 5;

export interface RampStep {
  readonly ramp: Ramp;
  readonly say: 'grow' | 'wait' | 'over';
  readonly limit: number;
  readonly late: number;
}

/**
 * TCP's slow start: each period in which the limit was used adds the jobs that were done in time, at most a doubling, so
 * the limit doubles once per service time. Unlike the slow start of `aimd` it does not wait for jobs of the level in
 * force: the model, which knows how many were in flight beside each job, says when to stop. `pressed`: jobs wait in the
 * queue, so those done count, late or not.
 */
export function stepRamp({ recent: known }: Ramp, observation: Observation, pressed: boolean): RampStep {
  const { jobs, limit, limited } = observation;
  const judged = jobs.succeeded + jobs.timedOut;
  const recent = lastJobs(
    judged > 0 ? [...known, [judged, jobs.late] as const] : known,
    Math.max(enough, Math.ceil(observation.inFlight.mean)),
  );
  const counted = recent.reduce((sum, [count]) => sum + count, 0);
  const lateJobs = recent.reduce((sum, [, count]) => sum + count, 0);
  const late = counted > 0 ? sixDigits(lateJobs / counted) : 0;
  // One late job is no share yet.
  const over = !pressed && counted >= enough && lateJobs >= 2 && late > tolerated;
  if (over) return { ramp: endedRamp, say: 'over', limit, late };
  const done = pressed ? jobs.succeeded : jobs.succeeded + jobs.timedOut - jobs.late;
  const grow = limited >= 0.5 && done > 0;
  return {
    ramp: { active: true, recent },
    say: grow ? 'grow' : 'wait',
    limit: grow ? Math.min(2 * limit, limit + done) : limit,
    late,
  };
}
