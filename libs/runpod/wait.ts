import { queryNumber } from './bounded.ts';

const absentWait = 90_000;

/**
 * How long `/runsync` and `/status-sync` wait for the end, ms: `?wait=` clamped to 1 s … 5 min, 90 s when absent.
 * @throws {BadRequest} when it is no number
 */
export function syncWait(query: unknown): number {
  return clamp(queryNumber('wait', query) ?? absentWait, 1_000, 300_000);
}

const streamHold = 5_000;

/**
 * How long an empty `/stream` is held, ms: 5 s, or Go's `?wait=` when that is less.
 * @throws {BadRequest} when it is no number
 */
export function streamWait(query: unknown): number {
  return clamp(queryNumber('wait', query) ?? streamHold, 0, streamHold);
}

const asyncRetention = 30 * 60_000;

/** How long the result of `/run` is kept after the end, ms. */
export function retentionOfRun(): number {
  return asyncRetention;
}

/**
 * How long the result of `/runsync` is kept after the end, ms: a minute, or the `?wait=` that was asked for when longer.
 * @throws {BadRequest} when it is no number
 */
export function retentionOfRunsync(query: unknown): number {
  return clamp(queryNumber('wait', query) ?? 0, 60_000, 300_000);
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
