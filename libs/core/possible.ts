import type { JobCounts, JobSample, Observation } from './observation.ts';
import type { Reading } from './telemetry.ts';

/**
 * An observation without numbers that cannot be: not finite, negative, or so large or small that sums and quotients of
 * them would not be finite. A law would carry one in its state for good, and JSON would not. What cannot be is not known:
 * the key is left out, a sample dropped, a reading missing as `rejected`, a count 0. `seq`, `t`, `period` and `limit` are
 * ours and taken as they are. Answers with the very same object when nothing is wrong, which is nearly always.
 */
export function possible(observation: Observation): Observation {
  if (isPossible(observation)) return observation;
  const { queue, wait, service, slack, sampled, ...rest } = observation;
  const { inFlight, limited, jobs, readings } = observation;
  return {
    ...rest,
    inFlight: {
      mean: amountOf(inFlight.mean),
      max: amountOf(inFlight.max),
      last: amountOf(inFlight.last),
    },
    limited: Math.min(1, amountOf(limited)),
    jobs: countsOf(jobs),
    ...(queue && areAmounts(queue) && { queue }),
    ...(wait && areAmounts(wait) && { wait }),
    ...(service && areAmounts(service) && { service }),
    ...(slack && areAmounts(slack) && { slack }),
    ...(isShare(sampled) && { sampled }),
    samples: observation.samples.flatMap(sampleOf),
    readings: readings.filter(isReading),
    missing: [
      ...observation.missing,
      ...readings
        .filter((reading) => !isReading(reading))
        .map(({ name, gpu, instance }) => ({
          name,
          ...(gpu !== undefined && { gpu }),
          ...(instance !== undefined && { instance }),
          why: 'rejected' as const,
        })),
    ],
  };
}

/** In whatever unit: 30,000 years in ms, a petabyte; and less than the least step of any clock or client. */
const most = 1e15;
const least = 1e-9;

function isPossible({ inFlight, limited, jobs, samples, readings, ...rest }: Observation): boolean {
  const { queue, wait, service, slack, sampled } = rest;
  return (
    isAmount(inFlight.mean) &&
    isAmount(inFlight.max) &&
    isAmount(inFlight.last) &&
    isAmount(limited) &&
    limited <= 1 &&
    areAmounts(jobs) &&
    (queue === undefined || areAmounts(queue)) &&
    (wait === undefined || areAmounts(wait)) &&
    (service === undefined || areAmounts(service)) &&
    (slack === undefined || areAmounts(slack)) &&
    (sampled === undefined || isShare(sampled)) &&
    samples.every(isSample) &&
    readings.every(isReading)
  );
}

/** By index: this is what the check costs. */
function isSample(sample: JobSample): boolean {
  return (
    isAmount(sample[0]) && isAmount(sample[1]) && isAmount(sample[2]) && isDeclared(sample[3]) && isDeclared(sample[4])
  );
}

/** The job was served all the same when what its client declared cannot be. */
function sampleOf(sample: JobSample): readonly JobSample[] {
  if (isSample(sample)) return [sample];
  const [finish, service, n, deadline, size, jobClass] = sample;
  if (!isAmount(finish) || !isAmount(service) || !isAmount(n)) return [];
  return [[finish, service, n, isDeclared(deadline) ? deadline : null, isDeclared(size) ? size : null, jobClass]];
}

function isDeclared(value: number | null): boolean {
  return value === null || (value >= least && value <= most);
}

/** A temperature may be negative. */
function isReading({ value, age }: Reading): boolean {
  return isAmount(Math.abs(value)) && isAmount(age);
}

function isShare(value: number | undefined): value is number {
  return value !== undefined && value >= least && value <= 1;
}

function countsOf({
  started,
  succeeded,
  failed,
  throttled,
  outOfMemory,
  timedOut,
  cancelled,
  late,
}: JobCounts): JobCounts {
  return {
    started: amountOf(started),
    succeeded: amountOf(succeeded),
    failed: amountOf(failed),
    throttled: amountOf(throttled),
    outOfMemory: amountOf(outOfMemory),
    timedOut: amountOf(timedOut),
    cancelled: amountOf(cancelled),
    late: amountOf(late),
  };
}

function areAmounts(numbers: object): boolean {
  for (const value of Object.values(numbers)) if (!isAmount(value as number)) return false;
  return true;
}

function amountOf(value: number): number {
  return isAmount(value) ? value : 0;
}

function isAmount(value: number): boolean {
  return value === 0 || (value >= least && value <= most);
}
