import {
  addSettled,
  noSettledJobs,
  rateOf,
  sixDigits,
  type Decision,
  type EpochFacts,
  type Observation,
  type Reason,
  type SettledJobs,
} from '#libs/core';
import { cutBy, overloadedShare } from './slow-start.ts';

/**
 * The rule without any deadline: the limit doubles while that buys throughput, holds where it no longer does, and every
 * so often tries a leap, since small steps drown in the noise of a rate. Jobs that have a deadline and miss it are no
 * throughput: the laws come here too when some jobs are late at any limit (`late-anyway.ts`).
 *
 *     climb   a level is measured; a doubling that bought ≥ 25 % completions per second is followed by another;
 *             < 5 %: back to the level before; between: stay
 *     hold    every 30th used epoch (the first time after 10) a leap ×1.5
 *     leap    bought ≥ 12 %: climb on from there; else back
 *
 * "No" needs more jobs than "yes": a wrong "yes" is found out one level higher, a wrong "no" lasts until the next leap.
 * Fails where throughput is not what matters, or is flat although latency is not: give a deadline then.
 */
export interface Plateau {
  readonly phase: 'climb' | 'hold' | 'leap';
  /** Limit that `measured` belongs to. */
  readonly at: number;
  readonly measured: SettledJobs;
  /** The level that this one is compared with, in jobs per second. */
  readonly base: { readonly limit: number; readonly rate: number } | null;
  /** Completions per second at the level held, smoothed over epochs. */
  readonly rate: number | null;
  readonly epochs: number;
  readonly leaps: number;
}

/** What a doubling must buy to be followed by another, and to be kept. */
const worthMore = 1.25;
const worthKeeping = 1.05;
const leapFactor = 1.5;
const worthLeap = 1.12;
const firstLeap = 10;
const leapEvery = 30;
const smoothing = 0.2;

export function newPlateau(limit: number): Plateau {
  return { phase: 'climb', at: limit, measured: noSettledJobs, base: null, rate: null, epochs: 0, leaps: 0 };
}

export interface Move {
  readonly plateau: Plateau;
  readonly limit: number;
  readonly reason: Reason;
  readonly terms: NonNullable<Decision['terms']>;
}

/** At the close of an epoch. */
export function stepPlateau(before: Plateau, facts: EpochFacts, { limit }: Observation): Move {
  // Someone else moved the limit (a bound, an out-of-memory cut, an override): measure anew.
  const plateau = limit === before.at ? before : { ...before, at: limit, measured: noSettledJobs };
  if (facts.throttled > 0) {
    return moved(rested(plateau), cutBy(limit, overloadedShare), 'overloaded', { throttled: facts.throttled });
  }
  if (facts.limited < 0.5) return moved(plateau, limit, 'not-limited', { limited: facts.limited });

  const measured = addSettled(plateau.measured, facts.settled);
  const littleRate = rateOf(measured);
  if (littleRate === undefined) return moved(plateau, limit, 'epoch-open', {});
  // What fails or comes too late is no throughput.
  const rate = (littleRate * facts.succeeded * measured.onTime) / measured.jobs;
  const level = { plateau: { ...plateau, measured }, inFlight: facts.inFlight, rate };
  if (plateau.phase === 'hold') return hold(level, limit);
  return plateau.phase === 'climb' ? climb(level, limit) : leap(level, limit);
}

interface Level {
  readonly plateau: Plateau;
  readonly inFlight: number;
  readonly rate: number;
}

function climb({ plateau, inFlight, rate }: Level, limit: number): Move {
  const { base, measured } = plateau;
  const terms = { rate: sixDigits(rate), jobs: measured.jobs };
  if (measured.jobs < Math.max(5, Math.ceil(inFlight))) return moved(plateau, limit, 'epoch-open', terms);
  // A bound stood in the way of the last doubling, or something cut the limit since.
  if (base !== null && limit <= base.limit) return moved(rested(plateau, rate), limit, 'plateau', terms);

  const gain = base === null ? Infinity : gainOver(base.rate, rate);
  const marks = base === null ? 1 : Math.log2(limit / base.limit);
  const gained = base === null ? terms : { ...terms, gain };
  if (gain >= worthMore ** marks) {
    const next: Plateau = { ...plateau, base: { limit, rate: sixDigits(rate) } };
    return moved(next, 2 * limit, 'slow-start', gained);
  }
  if (measured.jobs < enoughToRefuse(inFlight)) return moved(plateau, limit, 'epoch-open', gained);
  if (base !== null && gain < worthKeeping ** marks) {
    return moved(rested(plateau, base.rate), base.limit, 'probe-down', gained);
  }
  return moved(rested(plateau, rate), limit, 'plateau', gained);
}

function hold({ plateau, rate: rateSoFar }: Level, limit: number): Move {
  // Held levels are smoothed epoch by epoch, so that the rate follows a plant that changes.
  const rate = plateau.rate === null ? rateSoFar : plateau.rate + smoothing * (rateSoFar - plateau.rate);
  const epochs = plateau.epochs + 1;
  const held: Plateau = { ...plateau, measured: noSettledJobs, rate: sixDigits(rate), epochs };
  const terms = { rate: sixDigits(rate), epochs };
  if (epochs < (plateau.leaps === 0 ? firstLeap : leapEvery)) return moved(held, limit, 'plateau', terms);
  const next: Plateau = { ...held, phase: 'leap', base: { limit, rate: sixDigits(rate) }, epochs: 0 };
  return moved({ ...next, leaps: plateau.leaps + 1 }, Math.max(limit + 1, leapFactor * limit), 'probe-up', terms);
}

function leap({ plateau, inFlight, rate }: Level, limit: number): Move {
  const { base, measured } = plateau;
  if (base === null || limit <= base.limit) return moved(rested(plateau, rate), limit, 'plateau', {});
  const gain = gainOver(base.rate, rate);
  const terms = { rate: sixDigits(rate), jobs: measured.jobs, gain };
  if (measured.jobs < enoughToRefuse(inFlight)) return moved(plateau, limit, 'epoch-open', terms);
  if (gain < worthLeap) return moved(rested(plateau, base.rate), base.limit, 'probe-down', terms);
  const next: Plateau = { ...plateau, phase: 'climb', base: { limit, rate: sixDigits(rate) } };
  return moved(next, 2 * limit, 'slow-start', terms);
}

/** After an out-of-memory cut: hold where it put the limit, and do not leap soon. */
export function restPlateau(plateau: Plateau): Plateau {
  return { ...rested(plateau), leaps: Math.max(1, plateau.leaps) };
}

/** Finite also where the base was nothing. */
function gainOver(base: number, rate: number): number {
  return base > 0 ? sixDigits(rate / base) : rate > 0 ? 1000 : 0;
}

function enoughToRefuse(inFlight: number): number {
  return Math.max(20, 2 * Math.ceil(inFlight));
}

/** Holding: the climb is over. */
function rested(plateau: Plateau, rate: number | null = null): Plateau {
  return { ...plateau, phase: 'hold', base: null, rate: rate === null ? null : sixDigits(rate), epochs: 0 };
}

function moved(plateau: Plateau, limit: number, reason: Reason, terms: Move['terms']): Move {
  const at = limit === plateau.at ? {} : { at: sixDigits(limit), measured: noSettledJobs };
  return { plateau: { ...plateau, ...at }, limit: sixDigits(limit), reason, terms };
}
