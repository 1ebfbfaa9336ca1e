import type { Row } from '../build/dashboard.ts';
import { decisionsInLogs, runbookOf } from '../build/data-links.ts';
import { eachSecond } from '../build/panel-text.ts';
import { rateBy } from '../build/promql.ts';
import { series } from '../build/selector.ts';
import { table } from '../build/table.ts';
import { timeline } from '../build/timeline.ts';
import { timeseries } from '../build/timeseries.ts';

/** Each worker, and the odd one out. */
export function workersRow(): Row {
  return { title: 'Workers', panels: [workers(), limits(), attempts(), warm(), kinds()] };
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

function attempts() {
  return timeseries({
    title: 'Attempts ended by worker',
    unit: eachSecond('attempts'),
    width: 12,
    stacked: true,
    shows: 'Attempts that ended each second, by worker and outcome.',
    todo: 'If low: one worker of many that does little, or whose attempts fail; with jobs waiting, look at its limit and its handler.',
    queries: [
      { expr: rateBy('instance, queue, outcome', 'attempts_total'), legend: '{{outcome}} {{instance}} {{queue}}' },
    ],
    links: [runbookOf('FlyballErrorBudgetSlow')],
  });
}

function warm() {
  return timeline({
    title: 'Warm, or leaving',
    width: 16,
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
    links: [runbookOf('FlyballHandlerDown'), runbookOf('FlyballCrashLooping')],
  });
}

function kinds() {
  return timeseries({
    title: 'Workers by kind',
    unit: 'none',
    width: 8,
    height: 6,
    stepped: true,
    shows:
      'Workers that the gateways of a queue count: those of Flyball, and foreign ones that take its jobs over the worker protocol. Every gateway sees all of them, so the highest is shown.',
    todo: 'If low: fewer than the processes that run means that some do not reach the queue; their log lines say why.',
    queries: [{ expr: `max by (queue, kind) (${series('gateway_workers')})`, legend: '{{kind}} {{queue}}' }],
    links: [runbookOf('FlyballProcessGone')],
  });
}
