/** Time at the edge; everything inside is given times as numbers. */
export interface Clock {
  /** Monotonic ms since the worker's start. */
  now(): number;
  /** Wall clock, ms since 1970. */
  wall(): number;
}

export function systemClock(): Clock {
  const start = performance.now();
  return { now: () => performance.now() - start, wall: () => Date.now() };
}
