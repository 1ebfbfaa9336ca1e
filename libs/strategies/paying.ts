import { rateOf, sixDigits, type EpochFacts } from '#libs/core';

/**
 * On-time completions per second by level, as far as tried lately: a cut has to pay. Where jobs are late for reasons of
 * their own (one in ten is simply large), fewer at once makes fewer of everything, and a law that looks at the late share
 * alone would sink to the bottom.
 */
export type Rates = readonly LevelRate[];

interface LevelRate {
  readonly gate: number;
  readonly rate: number;
  readonly t: number;
}

const memoryMs = 120_000;
const maxLevels = 16;
/** A rise is believed slowly, a fall at once: nobody should go back to what has become bad. */
const rising = 0.3;
/** What a cut may cost, and what going back must bring. */
const worthKeeping = 0.9;
const worthReturning = 1.15;

/** Adds a closed epoch at `gate`; an unused limit tells nothing about its level. */
export function addRate(rates: Rates, gate: number, facts: EpochFacts, t: number): Rates {
  const rate = onTimeRate(facts);
  if (rate === undefined || facts.limited < 0.5) return rates;
  const known = rates.find((level) => level.gate === gate && t - level.t <= memoryMs);
  const smoothed = known === undefined || rate < known.rate ? rate : known.rate + rising * (rate - known.rate);
  const others = rates.filter((level) => level.gate !== gate && t - level.t <= memoryMs);
  return [...others, { gate, rate: sixDigits(smoothed), t }].slice(-maxLevels);
}

/** What to ask for instead of staying or going down to `wanted`. */
export function payingLimit(rates: Rates, wanted: number, limit: number): number {
  const gate = Math.floor(limit);
  const here = rates.find((level) => level.gate === gate);
  if (here === undefined || wanted > limit) return wanted;
  const above = rates.filter((level) => level.gate > gate && level.rate > worthReturning * here.rate);
  const best = above.toSorted((a, b) => b.rate - a.rate)[0];
  if (best !== undefined) return best.gate;
  const target = Math.floor(wanted);
  const below = rates.filter((level) => level.gate < gate && level.gate >= target);
  return below.some((level) => level.rate < worthKeeping * here.rate) ? limit : wanted;
}

function onTimeRate({ settled, succeeded }: EpochFacts): number | undefined {
  const rate = rateOf(settled);
  return rate === undefined ? undefined : (rate * succeeded * settled.onTime) / settled.jobs;
}
