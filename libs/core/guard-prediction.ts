/** A set of jobs. `memory`: what their footprints add up to, bytes. `ages`: sum of the times since their starts, ms. */
export interface JobGroup {
  readonly jobs: number;
  readonly memory: number;
  readonly ages: number;
}

/** All that is known of one device's memory. Bytes above the base. */
export interface MemoryView {
  readonly now: JobGroup;
  /** The last one; absent while it is too old to be believed. */
  readonly reading?: {
    readonly memory: number;
    /** Time since it was taken, ms. */
    readonly age: number;
    /** In flight when it was taken; `ages` at that time. */
    readonly atReading: JobGroup;
    /** Started since, and still in flight. */
    readonly joined: JobGroup;
    /** In flight then, and ended since; `ages` as if they still ran. */
    readonly left: JobGroup;
  };
  /** Of one job: squared error of the footprints per job in flight. */
  readonly variance: number;
}

/** `expected` with the jobs to come, above the base; `deviation`: one standard deviation of it. Bytes. */
export interface Prediction {
  readonly expected: number;
  readonly deviation: number;
}

/**
 * What memory comes to with `next` jobs more that take `next.memory` in all:
 *
 *   a = Σ h·μ                       the footprints' view now
 *   b = reading + (a_now − a_at)  the reading, corrected for its lag; a where there is none
 *   expected = max(b, (a + b)/2) + next,  deviation = √(v·(I + next))
 *
 * Never the admissions since the reading instead of a_now − a_at: short jobs would count twice.
 */
export function predict(view: MemoryView, next: Pick<JobGroup, 'jobs' | 'memory'>): Prediction {
  const { now, reading, variance } = view;
  const a = now.memory;
  const b = reading === undefined ? a : reading.memory + a - reading.atReading.memory;
  return {
    expected: Math.max(b, (a + b) / 2) + next.memory,
    deviation: Math.sqrt(variance * (now.jobs + next.jobs)),
  };
}
