import { sixDigits } from '#libs/core';
import type { Goal } from './goodput-goal.ts';

/** The lowest limit of 1 … `most` that promises `near` of the best; 1 where nothing is on time at any limit. */
export function targetOf(rates: readonly number[], most: number, near: number): number {
  const within = rates.slice(0, most);
  const best = within.reduce((highest, rate) => Math.max(highest, rate), 0);
  return 1 + within.findIndex((rate) => rate >= near * best);
}

/** Late share that the model expects at a limit. */
export function expectedLate({ onTime }: Goal, limit: number): number {
  return sixDigits(1 - (onTime[Math.floor(limit) - 1] ?? 0));
}
