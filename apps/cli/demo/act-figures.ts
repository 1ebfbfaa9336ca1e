import type { DecisionRecord } from '#libs/core';
import { deadlineOf, gpuReading } from './facts.ts';

/** What an act came to. Rates, p95, jobs at a time and the settled range are those of its last third. */
export interface ActFigures {
  readonly gate: { readonly first: number; readonly last: number };
  readonly settled: { readonly least: number; readonly most: number };
  readonly finished: number;
  readonly late: number;
  readonly lateShare: number;
  /** Jobs per second. */
  readonly rate: number;
  /** Median of the periods' p95, ms. */
  readonly p95: number | undefined;
  readonly deadline: number | undefined;
  readonly memoryShare: number | undefined;
  /** Attempts lost to memory, and the periods in which any was. */
  readonly outOfMemory: number;
  readonly outOfMemoryPeriods: number;
  /** Periods in which the memory guard refused a job. */
  readonly guardedPeriods: number;
  /** Periods in which a person's order held, and in which the strategy asked for more than CONCURRENCY_MAX. */
  readonly orderedPeriods: number;
  readonly atMaxPeriods: number;
  /** Jobs at a time, mean. */
  readonly used: number;
  /** Jobs that used up their attempts. */
  readonly failed: number;
}

export function figuresOf(records: readonly DecisionRecord[], failed: number): ActFigures {
  const last = records.slice(-Math.ceil(records.length / 3));
  const gates = last.map(({ limit }) => limit.gate);
  const finished = sum(records, ({ observation }) => observation.jobs.succeeded);
  const finishedLast = sum(last, ({ observation }) => observation.jobs.succeeded);
  const end = records.at(-1);
  return {
    gate: { first: Math.floor(records[0]?.limit.before ?? 0), last: end?.limit.gate ?? 0 },
    settled: { least: Math.min(...gates), most: Math.max(...gates) },
    finished,
    late: sum(records, ({ observation }) => observation.jobs.late),
    lateShare: sum(last, ({ observation }) => observation.jobs.late) / Math.max(1, finishedLast),
    rate: finishedLast / Math.max(1, sum(last, ({ period }) => period) / 1000),
    p95: median(last.flatMap(({ observation }) => observation.service?.p95 ?? [])),
    deadline: records.map(deadlineOf).find((deadline) => deadline !== undefined),
    memoryShare: end && memoryShareOf(end),
    outOfMemory: sum(records, ({ observation }) => observation.jobs.outOfMemory),
    outOfMemoryPeriods: records.filter(({ observation }) => observation.jobs.outOfMemory > 0).length,
    guardedPeriods: records.filter(({ guard }) => guard !== undefined && guard.refused > 0).length,
    orderedPeriods: records.filter(({ mode }) => mode === 'override').length,
    atMaxPeriods: records.filter(({ bounds }) => bounds.bit === 'max').length,
    used: sum(last, ({ observation }) => observation.inFlight.mean) / Math.max(1, last.length),
    failed,
  };
}

function memoryShareOf(record: DecisionRecord): number | undefined {
  const used = gpuReading(record, 'gpu.memory.used');
  const total = gpuReading(record, 'gpu.memory.total');
  return used === undefined || total === undefined ? undefined : used / total;
}

function sum(records: readonly DecisionRecord[], of: (record: DecisionRecord) => number): number {
  return records.reduce((total, record) => total + of(record), 0);
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
