import type { DecisionRecord, Reason } from '#libs/core';
import type { Simulation } from '#libs/simulation';

/** What a simulated run came to. Rates per second, shares 0..1; limits are those of the gate, in jobs. */
export interface SimulatedFacts {
  readonly onTime: number;
  readonly onTimeRate: number;
  readonly late: number;
  /** Never started: their deadline had passed. */
  readonly dropped: number;
  /** Jobs lost to memory, and how often memory ran out. */
  readonly lost: number;
  readonly outOfMemory: number;
  /** Late or dropped, of all that were done or dropped. */
  readonly missShare: number;
  readonly limit: {
    readonly first: number;
    readonly last: number;
    readonly highest: number;
    /** Over the last third of the run. */
    readonly settled: { readonly least: number; readonly median: number; readonly most: number };
    readonly changes: number;
  };
  /** Periods by the reason for their limit, most frequent first. */
  readonly reasons: Partial<Readonly<Record<Reason, number>>>;
  /** Periods in which the memory guard refused a job; absent where no memory is known. */
  readonly guarded?: number;
}

export function simulatedFacts({ records, totals }: Simulation): SimulatedFacts {
  const { onTime, late, dropped, lost, outOfMemory, duration } = totals;
  const gates = records.map(({ limit }) => limit.gate);
  const settled = gates.slice(-Math.ceil(gates.length / 3)).toSorted((a, b) => a - b);
  const guarded = records.flatMap(({ guard }) => guard ?? []);
  return {
    onTime,
    onTimeRate: onTime / (duration / 1000),
    late,
    dropped,
    lost,
    outOfMemory,
    missShare: (late + dropped) / Math.max(1, onTime + late + dropped),
    limit: {
      first: Math.floor(records[0]?.limit.before ?? 0),
      last: gates.at(-1) ?? 0,
      highest: Math.max(0, ...gates),
      settled: {
        least: settled[0] ?? 0,
        median: settled[Math.floor(settled.length / 2)] ?? 0,
        most: settled.at(-1) ?? 0,
      },
      changes: records.filter(({ action }) => action !== 'hold').length,
    },
    reasons: counted(records),
    ...(guarded.length > 0 && { guarded: guarded.filter(({ refused }) => refused > 0).length }),
  };
}

function counted(records: readonly DecisionRecord[]): SimulatedFacts['reasons'] {
  const counts = new Map<Reason, number>();
  for (const { reason } of records) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a));
}
