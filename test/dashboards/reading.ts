import type { Expression } from './promql.ts';
import { functionName, partsOf, selectorsOf, type PlacedSelector } from './promql-parts.ts';
import { isCumulative } from './series.ts';

/** Reviewed: what is read raw although it only grows, and why. An entry that nobody needs fails. */
export const readRaw: Readonly<Record<string, string>> = {
  flyball_handler_start_seconds_sum: 'a process starts its handler once or a few times: there is no rate to speak of',
  flyball_handler_start_seconds_count: 'as its sum',
};

/**
 * Reviewed: what is counted in a fixed window, the one in which the alert or the sign of the runbook counts whose mark is the
 * red line. An entry that nobody needs fails, and so does a window that is not the mark's own.
 */
export const countedIn: Readonly<Record<string, string>> = {
  flyball_out_of_memory_total: '10m',
  flyball_leases_lost_total: '10m',
  // Beside the leases lost.
  flyball_clock_skew_total: '10m',
  flyball_strategy_errors_total: '10m',
  flyball_limit_reversals_total: '10m',
  flyball_telemetry_probe_restarts_total: '15m',
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
      ? selectorsOf(expression).flatMap(({ selector: { metric } }) => {
          const call = functionName(around[0]);
          const isReviewed = call === 'increase' && countedIn[metric] === expression.range;
          return isReviewed ? [] : [`${call} of ${metric} over ${expression.range}`];
        })
      : [],
  );
}

/** The fixed windows in which an expression counts, by metric. */
export function windowsOf(expression: Expression): readonly (readonly [metric: string, window: string])[] {
  return partsOf(expression).flatMap(({ expression: part }) =>
    part.kind === 'over' && part.range !== '$__rate_interval'
      ? selectorsOf(part).map(({ selector: { metric } }) => [metric, part.range] as const)
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
