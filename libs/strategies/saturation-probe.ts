import { rateOf, sixDigits, type EpochFacts, type Observation } from '#libs/core';

/**
 * A device signal may read "too high" with a single job on it and pin the limit to the bottom. After 60 s of that with
 * jobs waiting, one more job is tried for one epoch and kept if completions per second rose by 10 %; else again 300 s later.
 */
export interface Probe {
  /** The law may not cut below this while the signal stays high: levels that a probe has earned. */
  readonly floor: number;
  /** ms spent pinned; negative after a probe that bought nothing. */
  readonly pinned: number;
  /** Completions per second at the floor, from its last epoch. */
  readonly rate: number | null;
  readonly probing: boolean;
}

export const newProbe: Probe = { floor: 0, pinned: 0, rate: null, probing: false };

const patienceMs = 60_000;
const afterFailureMs = 300_000;
const worthKeeping = 1.1;

export interface ProbeStep {
  readonly probe: Probe;
  /** What the law must ask for now; absent: the probe has nothing to say. */
  readonly limit?: number;
}

export function stepProbe(
  probe: Probe,
  { limit, period, queue }: Observation,
  {
    high,
    atFloor,
    closed,
  }: { readonly high: boolean; readonly atFloor: boolean; readonly closed: EpochFacts | undefined },
): ProbeStep {
  const rate = closed && rateOf(closed.settled);
  if (probe.probing) {
    if (rate === undefined) return { probe, limit };
    const kept = probe.rate !== null && rate >= worthKeeping * probe.rate;
    if (kept) return { probe: { floor: limit, pinned: 0, rate, probing: false }, limit };
    return { probe: { ...probe, pinned: patienceMs - afterFailureMs, probing: false }, limit: Math.max(1, limit - 1) };
  }
  if (!high) return { probe: { ...newProbe, floor: 0 } };
  if (!atFloor) return { probe };
  const next: Probe = {
    ...probe,
    pinned: sixDigits(probe.pinned + (queue !== undefined && queue.waiting > 0 ? period : 0)),
    rate: rate ?? probe.rate,
  };
  if (next.pinned < patienceMs || next.rate === null) return { probe: next };
  return { probe: { ...next, pinned: 0, probing: true }, limit: limit + 1 };
}
