import { availableParallelism } from 'node:os';
import type { DecisionRecord } from '#libs/core';
import { quantile } from './harness.ts';

export interface Figures {
  /** Successful jobs per second, and those of them within their deadline. */
  readonly throughput: number;
  readonly onTime: number;
  /** Median of the periods' medians, ms. */
  readonly serviceMs: number;
  /** Of the gate. */
  readonly limit: { readonly median: number; readonly least: number; readonly greatest: number };
  /** Share of time in which the limit was used. */
  readonly used: number;
  readonly failed: number;
}

export type Goal = 'onTime' | 'throughput';

export interface Row extends Figures {
  readonly plant: string;
  readonly run: string;
  /** Cores that other programs took meanwhile. */
  readonly otherCores: number | undefined;
  readonly ratio?: number;
  readonly paired?: number;
}

/** What a stretch of periods achieved. */
export function figuresOf(records: readonly DecisionRecord[]): Figures {
  const seconds = sum(records, ({ period }) => period) / 1000;
  const succeeded = sum(records, ({ observation }) => observation.jobs.succeeded);
  // `late` counts timed-out attempts too, which never succeeded.
  const late = sum(records, ({ observation: { jobs } }) => jobs.late - jobs.timedOut);
  const gates = records.map(({ limit }) => limit.gate);
  const services = records.flatMap(({ observation }) => observation.service?.p50 ?? []);
  return {
    throughput: succeeded / seconds,
    onTime: (succeeded - late) / seconds,
    serviceMs: quantile(services, 0.5),
    limit: { median: Math.floor(quantile(gates, 0.5)), least: Math.min(...gates), greatest: Math.max(...gates) },
    used: sum(records, ({ observation }) => observation.limited) / records.length,
    failed: sum(records, ({ observation: { jobs } }) => jobs.failed + jobs.throttled + jobs.timedOut),
  };
}

export function lineOf(row: Row): string {
  const { median, least, greatest } = row.limit;
  const cells = [
    row.plant.padEnd(14),
    row.run.padEnd(28),
    `${row.throughput.toFixed(2)}/s`.padStart(9),
    `${row.onTime.toFixed(2)}/s on time`.padStart(17),
    `service ${row.serviceMs.toFixed(0)} ms`.padStart(15),
    `limit ${median} (${least}..${greatest})`.padEnd(18),
    `used ${(100 * row.used).toFixed(0)} %`.padEnd(10),
    `failed ${row.failed}`,
    `others ${row.otherCores?.toFixed(2) ?? '?'} cores`,
    row.otherCores === undefined ? '' : `${perFreeCore(row, row.otherCores).toFixed(2)}/s a free core`,
    row.ratio === undefined ? '' : `ratio ${row.ratio.toFixed(3)}`,
    row.paired === undefined ? '' : `paired ${row.paired.toFixed(3)}`,
  ];
  return cells.join('  ').trimEnd();
}

/** On a plant that lives on the processor, what a limit achieves with the cores that others left it. */
function perFreeCore({ throughput }: Figures, otherCores: number): number {
  return throughput / Math.max(0.1, availableParallelism() - otherCores);
}

function sum(records: readonly DecisionRecord[], value: (record: DecisionRecord) => number): number {
  return records.reduce((total, record) => total + value(record), 0);
}
