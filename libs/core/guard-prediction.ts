/** A set of jobs. `memory`: what their footprints add up to, bytes. `ages`: sum of the times since their starts, ms. */
export interface JobGroup {
  readonly jobs: number;
  readonly memory: number;
  readonly ages: number;
}

/** How jobs grow: by γ of their mean footprint over their lives, and how old they are on average, ms. */
export interface Shape {
  readonly growth: number;
  /** Undefined before the first job has ended. */
  readonly meanAge: number | undefined;
}

/** All that is known of one device's memory. Bytes above the base. */
export interface MemoryView {
  readonly now: JobGroup;
  /** The last one; absent while it is too old to be believed. */
  readonly reading?: {
    readonly memory: number;
    /** In flight when it was taken; `ages` at that time. */
    readonly atReading: JobGroup;
    /** Started since, and still in flight. */
    readonly joined: JobGroup;
  };
  /** Of one job: squared error of the footprints per job in flight. */
  readonly variance: number;
  /** What a job takes, weighted by what it takes, bytes: the mean where all are alike, more where a few are large. */
  readonly large: number;
  readonly shape: Shape;
}

/** `expected`: the most that is to come of the jobs in flight and those to come, above the base; `deviation`: what is to be kept free Z times. */
export interface Prediction {
  readonly expected: number;
  readonly deviation: number;
}

/** Jobs' growth that is planned for beyond the mean age, at the least and as a share of those in flight: before more have grown, some end. */
const [leastGrowing, growingShare] = [1, 0.03];
/** A sum of few jobs strays further from what its variance says, and the sums of many are looked at more often. */
const [fewJobs, manyJobs] = [6, 10];
const [forFew, forMany] = [0.8, 0.3];

/**
 * What memory comes to at the most with `next` jobs more, of `next.memory` in all:
 *
 *   aged(S)   = Σ_S h·μ·(1 + γ/2·(age/mean age − 1))           a job's footprint by its age
 *   surprise  = reading − aged(then), of which what is beyond Z·√(v·I) is nobody's: another tenant's, and stays
 *   now       = aged(now) + nobody's + stayed·(surprise − nobody's)      for those who were there and still are
 *   to come   = min(Σ growth left, what the young lack to the mean age + a few jobs' growth) + next·(1 + γ/2)
 *   expected  = now + to come,  deviation² = v·(unknown + next)
 *
 * `unknown`: in flight and not in the reading; of those who stayed, the share that has been replaced. Where every job at
 * its end would fit (nobody's + Σ h·μ·(1 + γ/2), with the part of v that is not age) that is enough. Without a reading only
 * that is left.
 */
export function predict(view: MemoryView, next: Pick<JobGroup, 'jobs' | 'memory'>, z: number): Prediction {
  const { now, reading } = view;
  const { shape, variance } = view;
  if (reading === undefined) return allAtTheirEnd(view, next, 0);
  const { atReading, joined } = reading;
  const aged = agedMemory(now, shape);
  const staying = Math.max(0, now.jobs - joined.jobs);
  const stayed = atReading.jobs > 0 ? staying / atReading.jobs : 0;
  const surprise = reading.memory - agedMemory(atReading, shape);
  const nobodys = Math.max(0, surprise - z * Math.sqrt(variance * Math.max(1, atReading.jobs)));
  const unknown = joined.jobs + staying * (1 - stayed);
  const inUse = aged + nobodys + stayed * (surprise - nobodys);
  const looked = {
    expected: inUse + growthToCome(view, aged) + next.memory * (1 + shape.growth / 2),
    deviation: Math.sqrt(variance * (unknown + spreadOf(next, now))) * strayOf(now.jobs),
  };
  const atEnd = allAtTheirEnd(view, next, nobodys);
  return looked.expected + z * looked.deviation < atEnd.expected + z * atEnd.deviation ? looked : atEnd;
}

/** What jobs of these ages take. */
export function agedMemory({ jobs, memory, ages }: JobGroup, { growth, meanAge }: Shape): number {
  if (jobs === 0) return 0;
  const age = meanAge === undefined ? 0 : Math.min(2, ages / (jobs * meanAge));
  return memory * (1 + (growth / 2) * (age - 1));
}

function growthToCome({ now: { jobs, memory }, shape: { growth }, large }: MemoryView, aged: number): number {
  const left = (1 + growth / 2) * memory - aged;
  const young = Math.max(0, memory - aged);
  return Math.min(left, young + (leastGrowing + growingShare * jobs) * growth * large);
}

/** The progress of a job is uniform over its life: that much of the variance is age, which the end does not have. */
const progressVariance = 1 / 12;
const leastShare = 0.1;

function allAtTheirEnd(
  { now, variance, shape: { growth } }: MemoryView,
  next: Pick<JobGroup, 'jobs' | 'memory'>,
  nobodys: number,
): Prediction {
  const mean = now.jobs > 0 ? now.memory / now.jobs : 0;
  const ofSizes = Math.max(leastShare * variance, variance - progressVariance * (growth * mean) ** 2);
  return {
    expected: nobodys + (1 + growth / 2) * (now.memory + next.memory),
    deviation: Math.sqrt(ofSizes * (now.jobs + spreadOf(next, now))),
  };
}

/** Jobs, as many as the variance of these is worth: one that takes five times the mean strays five times as far. */
function spreadOf(next: Pick<JobGroup, 'jobs' | 'memory'>, now: JobGroup): number {
  if (now.jobs === 0 || next.jobs === 0) return next.jobs;
  const size = (next.memory * now.jobs) / (next.jobs * now.memory);
  return next.jobs * Math.max(1, size * size);
}

function strayOf(jobs: number): number {
  return 1 + forFew * Math.max(0, 1 - jobs / fewJobs) + forMany * Math.min(1, jobs / manyJobs);
}
