import { freshIntervals } from '#libs/core';

/** Longest that a reading is shown after it was taken: three intervals and a time-out of a read. */
export function stalenessBoundMs(intervalMs: number): number {
  return freshIntervals * intervalMs + readTimeoutMs(intervalMs);
}

/** Of every read of a source but its first. */
export function readTimeoutMs(intervalMs: number): number {
  return Math.max(2000, 2 * intervalMs);
}
