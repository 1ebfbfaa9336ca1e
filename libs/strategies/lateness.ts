import { sixDigits, type EpochFacts } from '#libs/core';
import { overloadedShare } from './slow-start.ts';

/** Jobs judged at one gate, over one or more epochs. */
export interface Judged {
  readonly gate: number;
  readonly jobs: number;
  readonly late: number;
}

/** Adds an epoch to what was known at the same gate. */
export function addJudged(before: Judged | null, facts: EpochFacts, gate: number): Judged {
  const known = before?.gate === gate ? before : { jobs: 0, late: 0 };
  const late = facts.jobs * (facts.late ?? 0);
  return { gate, jobs: sixDigits(known.jobs + facts.jobs), late: sixDigits(known.late + late) };
}

/** The late share a law judges by: what a throttled upstream refused counts as at least 20 % late. */
export function lateShare(facts: EpochFacts, judged: Judged): number | undefined {
  if (facts.throttled > 0) return Math.max(facts.late ?? 0, overloadedShare);
  return facts.late === undefined ? undefined : sixDigits(judged.late / judged.jobs);
}

/** One late job among fewer than 1/hi is no share yet: a cut on it would halve a limit of 2. */
export function tooFewToTell(judged: Judged, facts: EpochFacts, hi: number): boolean {
  return facts.throttled === 0 && judged.late > 0 && judged.late < 2 && judged.jobs * hi < 1;
}
