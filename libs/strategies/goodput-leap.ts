import { meanService, type Epoch, type Observation } from '#libs/core';
import type { Sample } from './goodput-samples.ts';

/** Twice the jobs at once make a job at most about twice as long: doubling is safe up to this share of the deadline. */
const safeSlack = 0.5;
const quantile = 0.9;
const looked = 12;
const enough = 3;
/** Of the limit: a plant that gets little done while it has much to do is full. */
const enoughShare = 0.25;

/**
 * A doubling of slow start that need not wait for jobs of its own: a service time has passed since the last move, the
 * limit is used, and the newest jobs needed so little of their deadlines that twice as long would do. Where long jobs run
 * among short ones each doubling would else wait for the longest. Answers with the limit to ask for.
 */
export function leapOf(samples: readonly Sample[], epoch: Epoch, { limit, limited }: Observation): number {
  const service = meanService(epoch);
  if (service === undefined || epoch.elapsed < service || limited < 0.5) return limit;
  const newest = samples.slice(-looked);
  const since = newest.filter(([finish]) => finish >= epoch.changedAt).length;
  if (since < Math.min(looked, Math.max(enough, enoughShare * limit))) return limit;
  const slacks = newest.flatMap(([, , slack]) => (slack === null ? [] : [slack])).toSorted((a, b) => a - b);
  const high = slacks[Math.ceil(quantile * slacks.length) - 1] ?? Infinity;
  return high <= safeSlack ? 2 * limit : limit;
}
