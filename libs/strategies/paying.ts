import {
  addSettled,
  rateOf,
  sixDigits,
  type EpochFacts,
  type Observation,
  type SettledJobs,
  type Step,
} from '#libs/core';

/**
 * On-time completions per second by level, as far as tried lately: a cut has to pay. Where jobs are late for reasons of
 * their own (one in ten is simply large), fewer at once makes fewer of everything, and a law that looks at the late share
 * alone would sink to the bottom.
 */
export type Rates = readonly LevelRate[];

interface LevelRate {
  readonly gate: number;
  readonly settled: SettledJobs;
  readonly t: number;
}

const memoryMs = 120_000;
const maxLevels = 16;
/** Jobs that make a rate, and how many a level remembers: one bad epoch must not make a bad level. */
const enoughJobs = 15;
const rememberedJobs = 40;
const rememberedEpochs = 4;
/** What a cut may cost, and what going back must bring. */
const worthKeeping = 0.9;
const worthReturning = 1.15;
/** Service times that grew this much since the lowest level known mean that jobs queue inside the plant. */
const slowedDown = 1.25;
const enoughForSlowdown = 5;
const fullSlack = 0.95;

/** Adds a closed epoch at `gate`; an unused limit tells nothing about its level. */
export function addRate(rates: Rates, gate: number, { settled, limited }: EpochFacts, t: number): Rates {
  if (settled.jobs === 0 || limited < 0.5) return rates;
  const fresh = rates.filter((level) => t - level.t <= memoryMs);
  const known = fresh.find((level) => level.gate === gate)?.settled;
  const sum = known === undefined ? settled : addSettled(known, settled);
  const most = Math.max(rememberedJobs, rememberedEpochs * settled.jobs);
  const others = fresh.filter((level) => level.gate !== gate);
  return [...others, { gate, settled: shortened(sum, most), t }].slice(-maxLevels);
}

export interface Asked {
  readonly wanted: number;
  readonly limit: number;
  /** Of the epoch that was just closed at this limit. */
  readonly now: SettledJobs;
}

/** What to ask for instead of staying or going down to `wanted`. */
export function payingLimit(rates: Rates, { wanted, limit, now }: Asked): number {
  const gate = Math.floor(limit);
  const told = rates.filter(({ settled }) => settled.jobs >= enoughJobs);
  const here = told.find((level) => level.gate === gate);
  if (here === undefined || wanted > limit) return wanted;
  const rate = onTimeRate(here.settled);
  const best = told
    .filter((level) => level.gate > gate && onTimeRate(level.settled) > worthReturning * rate)
    .toSorted((a, b) => onTimeRate(b.settled) - onTimeRate(a.settled))[0];
  if (best !== undefined) return best.gate;
  if (now.jobs === 0) return wanted;
  // A level that has become bad is judged by what it is now.
  const worth = Math.min(rate, onTimeRate(now));
  const inVain = told
    .filter((level) => level.gate < gate && level.gate >= Math.floor(wanted))
    .some(({ settled }) => onTimeRate(settled) < worthKeeping * worth);
  return inVain ? limit : wanted;
}

/**
 * Jobs queue inside the plant here, and one step more would leave too little of the deadline: there q_0.9 of slack, grown
 * as the limit would, passes 0.95. Below a plant's knee service times do not grow with the limit, and nothing is full.
 */
export function isFull(rates: Rates, { slack = 0 }: EpochFacts, limit: number, wanted: number): boolean {
  if (slack * (wanted / limit) <= fullSlack) return false;
  const told = rates.filter(({ settled }) => settled.jobs >= enoughForSlowdown);
  const here = told.find((level) => level.gate === Math.floor(limit));
  const lowest = told.toSorted((a, b) => a.gate - b.gate)[0];
  if (here === undefined || lowest === undefined) return false;
  return meanOf(here.settled) > slowedDown * meanOf(lowest.settled);
}

/**
 * A law's step at the close of an epoch, unless it cuts what pays, or stays where a level above pays more. `uncut`: the
 * state of a law whose cut was not made.
 */
export function thatPays<State extends { readonly rates: Rates; readonly anyway: object | null }>(
  step: Step<State>,
  {
    closed,
    observation,
    uncut,
  }: { readonly closed: EpochFacts; readonly observation: Observation; readonly uncut: State },
): Step<State> {
  const { decision, state } = step;
  const { limit } = observation;
  if (closed.throttled > 0 || closed.limited < 0.5 || state.anyway !== null) return step;
  const paying = payingLimit(state.rates, { wanted: decision.limit, limit, now: closed.settled });
  if (paying === decision.limit) return step;
  const terms = { ...decision.terms, unpaid: decision.limit };
  const after = decision.limit < limit ? uncut : state;
  return { state: after, decision: { limit: paying, reason: paying > limit ? 'goodput-up' : 'steady', terms } };
}

function onTimeRate(settled: SettledJobs): number {
  return ((rateOf(settled) ?? 0) * settled.onTime) / settled.jobs;
}

function meanOf({ service, jobs }: SettledJobs): number {
  return service / jobs;
}

function shortened(settled: SettledJobs, most: number): SettledJobs {
  if (settled.jobs <= most) return settled;
  const share = most / settled.jobs;
  const { jobs, onTime, n, service } = settled;
  return {
    jobs: sixDigits(share * jobs),
    onTime: sixDigits(share * onTime),
    n: sixDigits(share * n),
    service: sixDigits(share * service),
  };
}
