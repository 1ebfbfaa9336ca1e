import type { Row } from '../build/dashboard.ts';
import { decisionsInLogs, runbookOf } from '../build/data-links.ts';
import { rateBy } from '../build/promql.ts';
import { series } from '../build/selector.ts';
import { table } from '../build/table.ts';
import { timeline } from '../build/timeline.ts';
import { timeseries } from '../build/timeseries.ts';

/** Each worker, and the odd one out. */
export function workersRow(): Row {
  return { title: 'Workers', panels: [workers(), limits(), throughput(), warm()] };
}

function workers() {
  return table({
    title: 'Workers now',
    unit: 'none',
    width: 24,
    height: 9,
    shows:
      'Each worker with its limit, what it runs, what holds its limit, who has the say, its source and its version.',
    todo: 'If low: a limit far below the others; its factor says why, and `flyball explain --url` on it says more.',
    queries: [
      { expr: `max by (instance, queue) (${series('concurrency_limit')})`, legend: '{{instance}}', column: 'limit' },
      { expr: `max by (instance, queue) (${series('inflight_jobs')})`, legend: '{{instance}}', column: 'in flight' },
      { expr: `max by (instance, queue, factor) (${series('limiting_factor')} == 1)`, legend: '{{factor}}' },
      { expr: `max by (instance, queue, mode) (${series('controller_mode')} == 1)`, legend: '{{mode}}' },
      { expr: `max by (instance, source) (${series('telemetry_active')} == 1)`, legend: '{{source}}' },
      { expr: `max by (instance, version) (${series('build_info')})`, legend: '{{version}}' },
    ],
  });
}

function limits() {
  return timeseries({
    title: 'Limit over the mean of its queue',
    unit: 'percentunit',
    width: 12,
    stepped: true,
    shows: 'Each worker’s limit as a share of the mean of all workers of its queue; 100 % is like the others.',
    todo: 'If low: a slower device, a neighbour on it or reduced clocks; compare both workers on the GPU dashboard.',
    queries: [
      {
        expr: `${series('concurrency_limit')} / on (queue) group_left () avg by (queue) (${series('concurrency_limit')})`,
        legend: '{{instance}} {{queue}}',
      },
    ],
    links: [decisionsInLogs],
  });
}

function throughput() {
  return timeseries({
    title: 'Jobs ended by worker',
    unit: 'ops',
    width: 12,
    stacked: true,
    shows: 'Attempts that succeeded each second, by worker.',
    todo: 'If low: one worker of many that does little; with jobs waiting, look at its limit and its handler.',
    queries: [
      {
        expr: rateBy('instance, queue', 'attempts_total', { outcome: '="succeeded"' }),
        legend: '{{instance}} {{queue}}',
      },
    ],
  });
}

function warm() {
  return timeline({
    title: 'Warm, or leaving',
    width: 24,
    shows: 'Workers that have been ready for two minutes, and those that drain.',
    todo: 'If low: workers that never get warm restart again and again; see “Handler restarts” on the overview.',
    queries: [
      { expr: series('worker_warm'), legend: 'warm {{instance}} {{queue}}' },
      { expr: series('worker_draining'), legend: 'leaving {{instance}} {{queue}}' },
    ],
    states: [
      { text: 'no', color: 'transparent' },
      { text: 'yes', color: 'blue' },
    ],
    links: [runbookOf('FlyballHandlerDown')],
  });
}
