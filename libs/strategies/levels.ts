/**
 * The levels that have met their deadlines lately, newest last and ever lower: what `queue-pressure` may go back to.
 * A level that is both older and lower than another tells nothing, so the list is short.
 */
export type Levels = readonly (readonly [t: number, gate: number])[];

const memoryMs = 300_000;
const maxLevels = 32;

export function goodLevel(levels: Levels, gate: number, t: number): Levels {
  const kept = levels.filter(([at, level]) => level > gate && t - at <= memoryMs);
  return [...kept, [t, gate] as const].slice(-maxLevels);
}

/** What missed its deadlines at this level would miss them above it. */
export function badLevel(levels: Levels, gate: number): Levels {
  return levels.filter(([, level]) => level < gate);
}

/** Highest level of the last 300 s that met its deadlines; 0 when none is known. */
export function highestLevel(levels: Levels, t: number): number {
  return Math.max(0, ...levels.filter(([at]) => t - at <= memoryMs).map(([, level]) => level));
}
