import { cleanSamples, sixDigits, type Epoch, type Observation } from '#libs/core';

/**
 * The ramp before a law takes over, as TCP's: each period in which the limit was used adds the number of on-time
 * completions, at most a doubling, so the limit doubles once per service time. It runs once per process.
 *
 * Only completions of jobs dispatched under the gate in force count: those from before know nothing of it, and growing on
 * them runs one or two doublings past the edge. For the same reason it ends when those jobs used most of their deadline.
 */
export interface SlowStart {
  readonly active: boolean;
  /** Jobs judged and late ones by period, newest last: just enough to know the last max(5, ⌈in flight⌉). */
  readonly recent: readonly (readonly [jobs: number, late: number])[];
  /** Jobs dispatched under the gate in force so far, and those that used most of their deadline. */
  readonly level: { readonly gate: number; readonly jobs: number; readonly near: number };
}

export interface SlowStartStep {
  readonly slow: SlowStart;
  readonly say: 'grow' | 'wait' | 'over';
  readonly limit: number;
  /** The share of late jobs that ended it. */
  readonly late?: number;
}

const noLevel = { gate: 0, jobs: 0, near: 0 };
export const newSlowStart: SlowStart = { active: true, recent: [], level: noLevel };
export const endedSlowStart: SlowStart = { active: false, recent: [], level: noLevel };

/** Less than 10 % of the last jobs may be late while it runs. */
const tolerated = 0.1;
/** Jobs that make a share. */
const enough = 5;
const maxPeriods = 1000;

/** The next doubling may double the service time, so it waits while half of the jobs are already beyond this slack. */
const nearDeadline = 0.75;
const nearShare = 0.25;
const enoughForEdge = 20;

/** One period of an active slow start. `signalPassed`: the law's own signal is beyond 80 % of its mark. */
export function stepSlowStart(
  slow: SlowStart,
  epoch: Epoch,
  observation: Observation,
  signalPassed: boolean,
): SlowStartStep {
  const { jobs, limit } = observation;
  const judged = jobs.succeeded + jobs.timedOut;
  const recent = lastJobs(
    judged > 0 ? [...slow.recent, [judged, jobs.late] as const] : slow.recent,
    Math.max(enough, Math.ceil(observation.inFlight.mean)),
  );
  const counted = recent.reduce((sum, [count]) => sum + count, 0);
  const lateJobs = recent.reduce((sum, [, count]) => sum + count, 0);
  const late = counted > 0 ? sixDigits(lateJobs / counted) : 0;
  if (jobs.throttled > 0) return over(cutBy(limit, Math.max(late, overloadedShare)), Math.max(late, overloadedShare));
  // One late job is no share yet.
  if (counted >= enough && lateJobs >= 2 && late > tolerated) return over(cutBy(limit, late), late);
  const slacks = cleanSamples(epoch, observation).map(([, service, , deadline]) => service / (deadline ?? Infinity));
  const gate = Math.floor(limit);
  const known = slow.level.gate === gate ? slow.level : noLevel;
  const near = known.near + slacks.filter((slack) => slack > nearDeadline).length;
  const level = { gate, jobs: known.jobs + slacks.length, near };
  const atEdge = near > nearShare * level.jobs;
  if (signalPassed || jobs.outOfMemory > 0 || (atEdge && level.jobs >= enoughForEdge)) return over(limit);

  const onTime = sixDigits(slacks.filter((slack) => slack <= 1).length / (observation.sampled ?? 1));
  const grow = observation.limited >= 0.5 && onTime > 0 && !atEdge;
  return {
    slow: { active: true, recent, level },
    say: grow ? 'grow' : 'wait',
    limit: grow ? Math.min(2 * limit, limit + onTime) : limit,
  };
}

/** A throttled upstream says as much as this share of late jobs. */
export const overloadedShare = 0.2;

/** The cut for a late share m: L·clip(1 − 0.5·m, 0.5, 0.95). */
export function cutBy(limit: number, late: number): number {
  return sixDigits(limit * Math.min(0.95, Math.max(0.5, 1 - 0.5 * late)));
}

function over(limit: number, late?: number): SlowStartStep {
  return { slow: endedSlowStart, say: 'over', limit, ...(late !== undefined && { late }) };
}

/** Drops the oldest periods that are not needed to know the last `needed` jobs. */
export function lastJobs(recent: SlowStart['recent'], needed: number): SlowStart['recent'] {
  let sum = 0;
  let from = recent.length;
  while (from > 0 && sum < needed) {
    from -= 1;
    // The index stays within the list.
    sum += recent[from]![0];
  }
  return recent.slice(Math.max(from, recent.length - maxPeriods));
}
