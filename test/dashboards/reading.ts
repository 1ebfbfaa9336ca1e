import type { Expression } from './promql.ts';
import { functionName, partsOf, selectorsOf, type PlacedSelector } from './promql-parts.ts';
import { isCumulative } from './series.ts';

/** Reviewed: what is read raw although it only grows, and why. An entry that nobody needs fails. */
export const readRaw: Readonly<Record<string, string>> = {
  flyball_handler_start_seconds_sum: 'a process starts its handler once or a few times: there is no rate to speak of',
  flyball_handler_start_seconds_count: 'as its sum',
};

const growth = ['rate', 'increase'];
const averages = ['avg', 'avg_over_time'];

/** Counters and parts of histograms whose number is read instead of its growth. */
export function rawCounters(expression: Expression): readonly string[] {
  return selectorsOf(expression)
    .filter(({ selector, around }) => isCumulative(selector.metric) && !isGrowth(around))
    .map(({ selector }) => selector.metric);
}

/** Fixed ranges: on a long time range a point stands for more than they cover, on a short one they hold no two scrapes. */
export function fixedRanges(expression: Expression): readonly string[] {
  return partsOf(expression).flatMap(({ expression, around }) =>
    expression.kind === 'over' && expression.range !== '$__rate_interval'
      ? [`${functionName(around[0])} over ${expression.range}`]
      : [],
  );
}

/** Devices are full one by one: a mean of half is one that is empty and one that is about to fail. */
export function averagedMemory(expression: Expression): readonly string[] {
  return selectorsOf(expression)
    .filter(({ selector, around }) => isDeviceMemory(selector.metric) && around.some(isAverage))
    .map(({ selector }) => selector.metric);
}

/** A number where there is none: a dead process would look calm. */
export function filledIn(expression: Expression): readonly string[] {
  return partsOf(expression).flatMap(({ expression }) => (functionName(expression) === 'vector' ? ['vector()'] : []));
}

function isGrowth([range, call]: PlacedSelector['around']): boolean {
  return range?.kind === 'over' && growth.includes(functionName(call) ?? '');
}

function isAverage(expression: Expression): boolean {
  return averages.includes(functionName(expression) ?? '');
}

function isDeviceMemory(metric: string): boolean {
  return /^flyball_gpu_(mig_)?memory_\w+_bytes$/.test(metric);
}
