import type { DecisionRecord } from '#libs/core';
import { instant, jobs, span } from './units.ts';

/** Who set or froze the limit, why and until when; undefined where nobody did. */
export function orderWords(record: DecisionRecord): string | undefined {
  const { override: order, mode, limit } = record;
  if (order === undefined) return undefined;
  const does = mode === 'frozen' ? `keeps the limit at ${limit.gate}` : `set ${jobs(order.limit ?? limit.gate)}`;
  return `${order.by} ${does} ${untilWords(record)}: ${order.reason}`;
}

function untilWords(record: DecisionRecord): string {
  const end = endOfOrder(record);
  return end === undefined ? 'until somebody resumes' : `until ${instant(end)} (${span(end - record.at)} left)`;
}

/** By the wall clock, ms since 1970: the record has both clocks at one moment. Undefined where it has no end. */
export function endOfOrder({ override: order, at, t }: DecisionRecord): number | undefined {
  return order?.until === undefined ? undefined : at + Math.max(0, order.until - t);
}
