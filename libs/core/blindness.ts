import type { Decision, Reason } from './decision.ts';
import type { Observation } from './observation.ts';
import { microseconds, sixDigits } from './rounding.ts';
import type { Reading } from './telemetry.ts';

/** A strategy without the signal it needs; there is none while it sees. Plain JSON, times in ms since the worker's start. */
export interface Blindness {
  /** When it first said so. */
  readonly since: number;
  /** When the limit was last lowered for it; null before the first time. */
  readonly loweredAt: number | null;
  /** It had its signal before: one that comes back has to last. */
  readonly lost: boolean;
  /** Fresh readings since it sees again, and when the last of them was taken; null while it does not. */
  readonly back: { readonly readings: number; readonly takenAt: number } | null;
}

const holdMs = 30_000;
const lowerEveryMs = 10_000;
const lowerTo = 0.8;
const readingsToResume = 3;
/** Ages carry six digits: the time of taking that follows from one wavers by this much at the most. */
const toleranceMs = 10;

export interface BlindnessInput {
  readonly decision: Decision;
  readonly observation: Observation;
  /** Limit in force. */
  readonly limit: number;
  /** What may stay for good without a signal. */
  readonly initial: number;
}

export interface BlindnessStep {
  readonly blindness?: Blindness;
  /** Present while blindness decides, whatever the strategy answered. */
  readonly instead?: { readonly limit: number; readonly reason: Reason };
}

/**
 * What becomes of the limit while a strategy says that it lacks the reading it needs (`signal-stale`: it had it before;
 * `signal-missing`: never seen): held for 30 s, then L ← max(safe, 0.8·L) every 10 s, safe = min(L, initial). After the
 * third fresh reading since it sees again the strategy goes on from the limit in force. One that fails again before that
 * is still in the same blindness, so a flickering source does not keep a high limit for ever.
 */
export function stepBlindness(before: Blindness | undefined, input: BlindnessInput): BlindnessStep {
  const { decision, observation } = input;
  if (decision.reason === 'signal-stale' || decision.reason === 'signal-missing') {
    const { since = observation.t, loweredAt = null, lost = false } = before ?? {};
    const stale = decision.reason === 'signal-stale';
    return stayBlind({ since, loweredAt, lost: lost || stale, back: null }, input, decision.reason);
  }
  if (before?.lost !== true) return {};
  const back = countReading(before.back, observation);
  if (back.readings >= readingsToResume) return {};
  // Not `warming-up`: telemetry is what the limit waits for, from the loss to the return.
  return { blindness: { ...before, back }, instead: { limit: input.limit, reason: 'signal-stale' } };
}

function stayBlind(blindness: Blindness, { observation, limit, initial }: BlindnessInput, said: Reason): BlindnessStep {
  const { since, loweredAt } = blindness;
  const { t } = observation;
  if (t - since < holdMs) return { blindness, instead: { limit, reason: said } };
  if (loweredAt !== null && t - loweredAt < lowerEveryMs) {
    return { blindness, instead: { limit, reason: 'blind' } };
  }
  const lowered = Math.max(Math.min(limit, initial), sixDigits(lowerTo * limit));
  return { blindness: { ...blindness, loweredAt: t }, instead: { limit: lowered, reason: 'blind' } };
}

function countReading(back: Blindness['back'], observation: Observation): NonNullable<Blindness['back']> {
  const takenAt = takenAtOf(observation);
  if (back === null) return { readings: 1, takenAt };
  return takenAt - back.takenAt > toleranceMs ? { readings: back.readings + 1, takenAt } : back;
}

/**
 * When the oldest of the readings that laws listen to was taken, so that the slowest source sets the pace. Without any,
 * what the strategy sees again is no reading, and each period counts.
 */
function takenAtOf({ readings, t }: Observation): number {
  const ages = readings.filter(isHeard).map(({ age }) => age);
  return microseconds(t - Math.max(0, ...ages));
}

function isHeard({ name }: Reading): boolean {
  return name.startsWith('gpu.') || name.startsWith('backend.');
}
