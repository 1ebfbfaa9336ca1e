/**
 * Levels that missed their deadlines are not tried again at once: 4 epochs later, then 8, then 16 while they keep failing.
 * Below them growth is free. Without this an additive law at a knee of 3 or 4 spends every other epoch beyond it.
 */
export type FailedLevels = readonly FailedLevel[];

interface FailedLevel {
  /** ⌊limit⌋ that failed. */
  readonly gate: number;
  /** Epochs to wait from a failure to the next try, and those left. */
  readonly wait: number;
  readonly left: number;
}

const firstWait = 4;
const longestWait = 16;
const maxLevels = 32;

/** After an epoch at `gate` that missed. */
export function failedAt(levels: FailedLevels, gate: number): FailedLevels {
  const known = levels.find((level) => level.gate === gate);
  const wait = known === undefined ? firstWait : Math.min(longestWait, 2 * known.wait);
  const others = nearer(levels).filter((level) => level.gate !== gate);
  return [...others, { gate, wait, left: wait }].toSorted((a, b) => a.gate - b.gate).slice(0, maxLevels);
}

/** After an epoch at `gate` that met its deadlines: it and those below are trusted a little more. */
export function metAt(levels: FailedLevels, gate: number): FailedLevels {
  return nearer(levels)
    .map((level) => (level.gate <= gate ? { gate: level.gate, wait: level.wait / 2, left: 0 } : level))
    .filter(({ wait }) => wait >= firstWait);
}

/** The lowest level that still waits; Infinity when none does. */
export function lowestFailed(levels: FailedLevels): number {
  return levels.find(({ left }) => left > 0)?.gate ?? Infinity;
}

function nearer(levels: FailedLevels): FailedLevels {
  return levels.map((level) => ({ ...level, left: Math.max(0, level.left - 1) }));
}
