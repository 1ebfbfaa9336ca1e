import type { Demand } from './takes.ts';
import type { RoundTrip } from './round-trip.ts';
import type { ServiceTimes } from './service-times.ts';

export interface DemandFacts {
  /** Slots that wait for a job. */
  readonly wanted: number;
  /** Jobs that wait for a slot. */
  readonly waiting: number;
  /** How long each job that runs has been running, ms. */
  readonly ages: readonly number[];
  /** What the worker itself expects to end within one round trip; absent: it is worked out here. */
  readonly freeSoon: number | undefined;
  readonly roundTrip: RoundTrip;
  readonly times: ServiceTimes;
}

/** Jobs fetched ahead of need, at most. */
const mostAhead = 256;
/** For each slot, at most, where jobs are shorter than a round trip: several end in a slot meanwhile. */
const mostPerSlot = 4;

/** Looks at what will be free soon are this far apart: two hundredths of a job's length. ms */
const oftenMs = 5;
const seldomMs = 250;

/**
 * What is worth asking for (H3): the free slots, and the jobs that will have ended by the time what is asked for is here. Two
 * takes share the way, half a round trip apart, and between two looks some time passes: so that is one and a half round trips
 * and that time from now.
 */
export function demandOf({ wanted, waiting, ages, freeSoon, roundTrip, times }: DemandFacts): Demand {
  const lookMs = times.mean === 0 ? seldomMs : Math.min(seldomMs, Math.max(oftenMs, times.mean / 50));
  const horizonMs = 1.5 * roundTrip.ms + lookMs + oftenMs;
  const slots = ages.length + wanted;
  const ahead = freeSoon ?? Math.min(mostPerSlot * slots, times.expectedEnds(ages, wanted, horizonMs));
  const soon = Math.max(0, Math.min(mostAhead, Math.round(ahead)) - waiting);
  const lookAgainMs = ages.length === 0 ? Infinity : lookMs;
  return { now: wanted, soon, lookAgainMs };
}
