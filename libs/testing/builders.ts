import type { JobCounts, JobSample, Observation } from '#libs/core';

/** A job that took 500 ms of its 1 s. */
export function aSample(over: Partial<SampleFields> = {}): JobSample {
  const { finish, service, n, deadline, size } = { ...healthySample, ...over };
  return [finish, service, n, deadline, size, 0];
}

interface SampleFields {
  readonly finish: number;
  readonly service: number;
  readonly n: number;
  readonly deadline: number | null;
  readonly size: number | null;
}

const healthySample: SampleFields = { finish: 1000, service: 500, n: 4, deadline: 1000, size: null };

export const noJobs: JobCounts = {
  started: 0,
  succeeded: 0,
  failed: 0,
  throttled: 0,
  outOfMemory: 0,
  timedOut: 0,
  cancelled: 0,
  late: 0,
};

export interface ObservationFields extends Omit<Partial<Observation>, 'jobs' | 'inFlight'> {
  readonly jobs?: Partial<JobCounts>;
  readonly inFlight?: number;
}

/**
 * One healthy second of a full worker: limit 4, four jobs in flight, eight done in 500 ms each of their 1 s, a backlog.
 * `jobs.succeeded` and `jobs.late` follow from `samples` unless given.
 */
export function anObservation(over: ObservationFields = {}): Observation {
  const { inFlight, jobs, ...rest } = over;
  const t = rest.t ?? 1000 * ((rest.seq ?? 0) + 1);
  const limit = rest.limit ?? 4;
  const full = inFlight ?? Math.floor(limit);
  const samples = rest.samples ?? Array.from({ length: 8 }, () => aSample({ finish: t, n: full }));
  const late = samples.filter(([, service, , deadline]) => deadline !== null && service > deadline).length;
  return {
    seq: 0,
    period: 1000,
    limited: 1,
    queue: { waiting: 100, oldest: 5000 },
    readings: [],
    missing: [],
    ...rest,
    t,
    limit,
    samples,
    inFlight: { mean: full, max: full, last: full },
    jobs: { ...noJobs, started: samples.length, succeeded: samples.length, late, ...jobs },
  };
}
