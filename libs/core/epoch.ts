import type { JobSample, Observation } from './observation.ts';
import { microseconds, sixDigits } from './rounding.ts';

/**
 * What a law has seen since its last move: plain JSON, a part of a strategy's state (rules W1, W2 and W6 of
 * docs/control.md). Times in ms.
 */
export interface Epoch {
  /** ⌊limit⌋ of the last observation; null before the first. */
  readonly gate: number | null;
  /** Epochs closed at this gate. */
  readonly closes: number;
  /** When that gate took effect: jobs dispatched before it ran under another one. */
  readonly changedAt: number;
  /** One mean service time later: queues inside the plant have filled or emptied too. */
  readonly settledAt: number;
  readonly elapsed: number;
  /** ∫ in-flight dt. */
  readonly area: number;
  readonly limitedMs: number;
  /** Successful jobs dispatched under the gate in force, and those of them that were late. */
  readonly succeeded: number;
  readonly late: number;
  readonly timedOut: number;
  readonly throttled: number;
  readonly failed: number;
  /** At most 64 slack ratios, every `every`-th of the `seen`. */
  readonly slacks: readonly number[];
  readonly every: number;
  readonly seen: number;
  readonly settled: SettledJobs;
  /** Service times of the last 30 completions, whatever the gate was. */
  readonly services: readonly number[];
  /** A deadline has been seen; stays true. */
  readonly deadlines: boolean;
}

/** Sums over the settled jobs of a level; `n` and `service` give the rate by Little's law. */
export interface SettledJobs {
  readonly jobs: number;
  /** Those within their deadline; all without one. */
  readonly onTime: number;
  readonly n: number;
  readonly service: number;
}

/** What a closed epoch says. */
export interface EpochFacts {
  readonly elapsed: number;
  readonly inFlight: number;
  /** Share of the time in which the limit was used. */
  readonly limited: number;
  /** Jobs judged: dispatched under the gate in force and succeeded, or timed out. */
  readonly jobs: number;
  /** Late share of them; absent when none had a deadline. */
  readonly late?: number;
  /** q_0.9 of service over deadline. */
  readonly slack?: number;
  readonly throttled: number;
  /** Mean service time of the last 30 completions. */
  readonly service?: number;
  readonly settled: SettledJobs;
  /** Share of the ended attempts that succeeded. */
  readonly succeeded: number;
}

const recentServices = 30;
const maxSlacks = 64;
/** A timed-out attempt has no sample; it counts as this slack, clearly late. */
const timedOutSlack = 2;
/** Service times carry six digits, so a dispatch computed from one may seem to lie just before the change. */
const toleranceMs = 1;
export const noSettledJobs: SettledJobs = { jobs: 0, onTime: 0, n: 0, service: 0 };

const empty = {
  elapsed: 0,
  area: 0,
  limitedMs: 0,
  succeeded: 0,
  late: 0,
  timedOut: 0,
  throttled: 0,
  failed: 0,
  slacks: [],
  every: 1,
  seen: 0,
  settled: noSettledJobs,
} as const;

export function newEpoch(): Epoch {
  return { gate: null, closes: 0, changedAt: 0, settledAt: 0, ...empty, services: [], deadlines: false };
}

/**
 * Adds one period. A change of the gate begins the epoch anew: only jobs dispatched under the new gate are samples,
 * otherwise short jobs report first and the level looks too good. A change of the limit within the same gate does not:
 * those jobs ran under what is still in force.
 *
 * The epoch closes with ≥ max(5, ⌈mean in flight⌉) such jobs and ≥ 1.5 mean service times; the state returned is then
 * that of the next one. Throttled attempts help to close it, or an upstream that refuses everything would never be heard.
 */
export function observeEpoch(
  epoch: Epoch,
  observation: Observation,
): { readonly epoch: Epoch; readonly closed?: EpochFacts } {
  const added = addPeriod(atGate(epoch, observation), observation);
  const ended = added.succeeded + added.timedOut + added.throttled;
  const enough = ended >= Math.max(5, Math.ceil(added.area / added.elapsed));
  if (!enough || added.elapsed < 1.5 * (meanService(added) ?? 0)) return { epoch: added };
  return { epoch: { ...added, ...empty, closes: added.closes + 1 }, closed: factsOf(added) };
}

/** Mean service time R̄ of the last 30 completions in ms; undefined before the first. */
export function meanService(epoch: Epoch): number | undefined {
  const { services } = epoch;
  if (services.length === 0) return undefined;
  return sixDigits(services.reduce((sum, service) => sum + service, 0) / services.length);
}

/**
 * Completions per second by Little's law, Σn/ΣR: unlike a count it has no edges, so jobs that finish in step do not
 * fake a rate. Undefined without jobs.
 */
export function rateOf(settled: SettledJobs): number | undefined {
  return settled.service > 0 ? sixDigits((1000 * settled.n) / settled.service) : undefined;
}

/** The samples of jobs that were dispatched under the gate in force. */
export function cleanSamples(epoch: Epoch, observation: Observation): readonly JobSample[] {
  return observation.samples.filter((sample) => sample[0] - sample[1] >= epoch.changedAt - toleranceMs);
}

export function addSettled(a: SettledJobs, b: SettledJobs): SettledJobs {
  return {
    jobs: sixDigits(a.jobs + b.jobs),
    onTime: sixDigits(a.onTime + b.onTime),
    n: sixDigits(a.n + b.n),
    service: sixDigits(a.service + b.service),
  };
}

function atGate(epoch: Epoch, { limit, t, period }: Observation): Epoch {
  const gate = Math.floor(limit);
  if (gate === epoch.gate) return epoch;
  const changedAt = microseconds(t - period);
  const settledAt = microseconds(changedAt + (meanService(epoch) ?? 0));
  return { ...epoch, ...empty, gate, closes: 0, changedAt, settledAt };
}

function addPeriod(epoch: Epoch, observation: Observation): Epoch {
  const { jobs, period } = observation;
  const passed: Epoch = {
    ...epoch,
    elapsed: microseconds(epoch.elapsed + period),
    area: sixDigits(epoch.area + observation.inFlight.mean * period),
    limitedMs: sixDigits(epoch.limitedMs + observation.limited * period),
    timedOut: epoch.timedOut + jobs.timedOut,
    throttled: epoch.throttled + jobs.throttled,
    failed: epoch.failed + jobs.failed + jobs.outOfMemory,
  };
  // Most periods of most workers.
  return observation.samples.length === 0 && jobs.timedOut === 0 ? passed : addJobs(passed, observation);
}

/** One pass by index: this is most of what a period costs a strategy, and it runs too seldom to be compiled well. */
function addJobs(epoch: Epoch, observation: Observation): Epoch {
  const { jobs, samples, sampled = 1 } = observation;
  const weight = 1 / sampled;
  const services = [...epoch.services];
  const slacks: number[] = [];
  const settled = { jobs: 0, onTime: 0, n: 0, service: 0 };
  let { deadlines } = epoch;
  let [counted, late] = [0, 0];
  for (const sample of samples) {
    const service = sample[1];
    const deadline = sample[3];
    const dispatch = sample[0] - service;
    services.push(service);
    if (deadline !== null) deadlines = true;
    if (dispatch < epoch.changedAt - toleranceMs) continue;
    counted += 1;
    if (deadline !== null) {
      slacks.push(service / deadline);
      if (service / deadline > 1) late += 1;
    }
    if (dispatch < epoch.settledAt - toleranceMs) continue;
    settled.jobs += weight;
    if (service <= (deadline ?? Infinity)) settled.onTime += weight;
    settled.n += weight * sample[2];
    settled.service += weight * service;
  }
  for (let timedOut = Math.min(jobs.timedOut, maxSlacks); timedOut > 0; timedOut -= 1) slacks.push(timedOutSlack);
  return {
    ...epoch,
    succeeded: sixDigits(epoch.succeeded + counted * weight),
    late: sixDigits(epoch.late + late * weight),
    ...thinned(epoch, slacks),
    settled: addSettled(epoch.settled, settled),
    services: services.slice(-recentServices),
    deadlines,
  };
}

/** Keeps every k-th slack and doubles k when there are too many, so that the state stays small at any limit. */
function thinned(epoch: Epoch, added: readonly number[]): Pick<Epoch, 'slacks' | 'every' | 'seen'> {
  let { every, seen } = epoch;
  let slacks = [...epoch.slacks];
  for (const slack of added) {
    if (seen % every === 0) slacks.push(sixDigits(slack));
    seen += 1;
    if (slacks.length > maxSlacks) {
      slacks = slacks.filter((_, index) => index % 2 === 0);
      every *= 2;
    }
  }
  return { slacks, every, seen };
}

function factsOf(epoch: Epoch): EpochFacts {
  const sorted = new Float64Array(epoch.slacks).toSorted();
  const slack = sorted[Math.max(0, Math.ceil(0.9 * sorted.length) - 1)];
  const service = meanService(epoch);
  const jobs = epoch.succeeded + epoch.timedOut;
  return {
    elapsed: epoch.elapsed,
    inFlight: sixDigits(epoch.area / epoch.elapsed),
    limited: sixDigits(epoch.limitedMs / epoch.elapsed),
    jobs: sixDigits(jobs),
    ...(slack !== undefined && { late: sixDigits((epoch.late + epoch.timedOut) / jobs), slack }),
    throttled: epoch.throttled,
    ...(service !== undefined && { service }),
    settled: epoch.settled,
    succeeded: sixDigits(epoch.succeeded / (jobs + epoch.failed + epoch.throttled)),
  };
}
