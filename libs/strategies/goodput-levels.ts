import { meanService, microseconds, sixDigits, type Epoch, type Observation } from '#libs/core';

/** What was counted at each level lately: seconds at it and on-time jobs, both fading, as of `t` (ms). */
export type Visits = readonly Visit[];

export type Visit = readonly [gate: number, seconds: number, onTime: number, t: number];

const memoryMs = 150_000;
const maxLevels = 24;
/** After a change of level the plant needs this share of a service time to show it. */
const settling = 0.8;
/** Below this a count says nothing. */
const enoughSeconds = 1;
const enoughJobs = 5;
/** Standard deviation of the model's own error, as a share. */
const modelError = 0.1;
const leastError = 0.02;

/** Adds one period in which the limit was used and the plant had settled. */
export function addVisit(visits: Visits, epoch: Epoch, { t, period, limit, limited, jobs }: Observation): Visits {
  const settledAt = epoch.changedAt + settling * (meanService(epoch) ?? 0);
  if (limited < 0.5 || t - period < settledAt) return visits;
  const gate = Math.floor(limit);
  const known = visits.find(([level]) => level === gate);
  const [seconds, onTime] = known === undefined ? [0, 0] : faded(known, t);
  const visit: Visit = [
    gate,
    sixDigits(seconds + period / 1000),
    sixDigits(onTime + jobs.succeeded - Math.max(0, jobs.late - jobs.timedOut)),
    microseconds(t),
  ];
  return [...visits.filter(([level]) => level !== gate), visit].slice(-maxLevels);
}

/**
 * The model's rates with what was counted, each by its variance: e = K/T with (K+1)/T², the model with (0.1·Ĝ)². The model
 * is first scaled so that it explains the sum of the counts; the answer is in jobs per second then.
 */
export function blended(rates: readonly number[], visits: Visits, t: number): readonly number[] {
  const told = visits
    .filter(([gate]) => gate >= 1 && gate <= rates.length)
    .map((visit) => ({ gate: visit[0], counted: faded(visit, t) }))
    .filter(({ counted: [seconds] }) => seconds > enoughSeconds);
  const expected = told.reduce((sum, { gate, counted: [seconds] }) => sum + rates[gate - 1]! * seconds, 0);
  const jobs = told.reduce((sum, { counted: [, onTime] }) => sum + onTime, 0);
  if (jobs < enoughJobs || !(expected > 0)) return rates;
  const goal = rates.map((rate) => (rate * jobs) / expected);
  const floor = leastError * goal.reduce((most, rate) => Math.max(most, rate), 0);
  for (const { gate, counted } of told) {
    const [seconds, onTime] = counted;
    const model = goal[gate - 1]!;
    const trust = 1 / Math.max(floor, modelError * model) ** 2;
    const evidence = seconds ** 2 / (onTime + 1);
    goal[gate - 1] = (model * trust + (onTime / seconds) * evidence) / (trust + evidence);
  }
  return goal;
}

function faded([, seconds, onTime, at]: Visit, t: number): readonly [seconds: number, onTime: number] {
  const left = Math.exp(-Math.max(0, t - at) / memoryMs);
  return [left * seconds, left * onTime];
}
