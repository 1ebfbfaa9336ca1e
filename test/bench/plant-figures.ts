import type { DecisionRecord } from '#libs/core';
import { quantile } from './harness.ts';

export interface Figures {
  /** Successful jobs per second, and those of them within their deadline. */
  readonly throughput: number;
  readonly onTime: number;
  /** Median of the periods' medians, ms. */
  readonly serviceMs: number;
  /** Of the gate: median, least, greatest. */
  readonly limit: readonly [median: number, least: number, greatest: number];
  /** Share of time in which the limit was used. */
  readonly used: number;
  readonly failed: number;
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
    limit: [Math.floor(quantile(gates, 0.5)), Math.min(...gates), Math.max(...gates)],
    used: sum(records, ({ observation }) => observation.limited) / records.length,
    failed: sum(records, ({ observation: { jobs } }) => jobs.failed + jobs.throttled + jobs.timedOut),
  };
}

function sum(records: readonly DecisionRecord[], value: (record: DecisionRecord) => number): number {
  return records.reduce((total, record) => total + value(record), 0);
}
