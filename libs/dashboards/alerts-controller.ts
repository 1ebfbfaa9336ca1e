import type { Alert } from './alert-definition.ts';
import { of, ofInstance, target, worker } from './alert-series.ts';
import { metric } from './metric.ts';
import { marks } from './objectives.ts';

/** Of the control loop and the limit of one worker. */
export function controllerAlerts(): readonly Alert[] {
  return [stopped, pinnedAtMin, pinnedAtMax, overrideForgotten, strategyFailing, blind];
}

const queue = { queue: 'local' };
const explain = 'flyball explain --url http://{{ $labels.instance }}';

const lastPeriod = metric('control_last_period_timestamp_seconds');
const notDraining = ` unless on (job, instance, queue) ${metric('worker_draining')} == 1`;
const stopped: Alert = {
  name: 'FlyballControllerStopped',
  severity: 'page',
  for: '1m',
  expression: `time() - ${lastPeriod} > ${marks.controllerSilentSeconds}${notDraining}`,
  summary: '{{ $labels.instance }}: no control period for {{ $value | humanizeDuration }}',
  meaning: 'The worker answers, but nothing adjusts its limit: its event loop or its queue hangs.',
  first: 'curl -s http://{{ $labels.instance }}/healthz',
  dashboard: 'strategy',
  fires: [
    {
      about: 'the last period is three minutes old',
      series: { [of('control_last_period_timestamp_seconds', queue)]: '0+60x5 300+0x10' },
      at: '8m',
      labels: worker,
      value: '3m 0s',
    },
  ],
  quiet: [
    {
      about: 'the worker left in a rolling update',
      series: { [of('control_last_period_timestamp_seconds', queue)]: '0+60x5 stale' },
      at: '8m',
      thanksTo: { part: lastPeriod, instead: `last_over_time(${lastPeriod}[15m])` },
    },
    {
      about: 'a long drain, which stops the loop on purpose',
      series: {
        [of('control_last_period_timestamp_seconds', queue)]: '0+60x5 300+0x10',
        [of('worker_draining', queue)]: '0x5 1x10',
      },
      at: '8m',
      thanksTo: { part: notDraining },
    },
  ],
};

const factor = (name: string): string => of('limiting_factor', { ...queue, factor: name });
const jobsWait = ` and on (job, instance, queue) ${metric('queue_oldest_age_seconds')} > ${marks.pinnedOldestSeconds}`;
const limit = metric('concurrency_limit');
const pinned = (side: '<=' | '>=', bound: string): string =>
  `min_over_time((${limit} ${side} bool ${bound})[15m:15s]) == 1${jobsWait}`;
/** Where both bounds are one number, the limit is at either by intent: a sync Python handler runs one job at a time. */
const mayMove = ` and on (job, instance, queue) ${metric('concurrency_limit_min')} < ${metric('concurrency_limit_max')}`;

/** All the time its own: it waits for long jobs to end at the limit it began with, or the limit was set. */
const notMeasuring = ` unless on (job, instance, queue) min_over_time(${metric('limiting_factor')}{factor="strategy"}[15m]) == 1`;

const pinnedAtMin: Alert = {
  name: 'FlyballPinnedAtMin',
  severity: 'page',
  for: '5m',
  expression: pinned('<=', metric('concurrency_limit_min')) + mayMove + notMeasuring,
  summary: '{{ $labels.queue }} on {{ $labels.instance }}: at the lower bound for 15 minutes while jobs wait',
  meaning:
    'Something other than the strategy’s own measuring keeps it there: jobs that are late even so, no memory, no signal, or a person.',
  first: explain,
  dashboard: 'overview',
  fires: [
    {
      about: 'at the lower bound, and the oldest job waits two minutes',
      series: pinnedSeries({ limit: '1x30', min: '1x30', max: '8x30', oldest: '120x30' }),
      at: '25m',
      labels: worker,
    },
    {
      about: 'jobs that are late even at the lower bound, between which the strategy measures',
      series: {
        ...pinnedSeries({ limit: '1x30', min: '1x30', max: '8x30', oldest: '120x30' }),
        [factor('strategy')]: '1 1 1 1 0 1 1 1 1 0 1 1 1 1 0 1 1 1 1 0 1 1 1 1 0 1 1 1 1 0',
      },
      at: '25m',
      labels: worker,
    },
    {
      about: 'paused, and forgotten',
      series: {
        ...pinnedSeries({ limit: '0x30', min: '1x30', max: '8x30', oldest: '120x30' }),
        [factor('operator')]: '1x30',
        [factor('strategy')]: '0x30',
      },
      at: '25m',
      labels: worker,
    },
  ],
  quiet: [
    {
      about: 'at the limit it began with, and none of its long jobs has ended',
      series: {
        ...pinnedSeries({ limit: '1x30', min: '1x30', max: '8x30', oldest: '120x30' }),
        [factor('strategy')]: '1x30',
      },
      at: '25m',
      thanksTo: { part: notMeasuring },
    },
    {
      about: 'at the lower bound, and no job waits',
      series: pinnedSeries({ limit: '1x30', min: '1x30', max: '8x30', oldest: '0x30' }),
      at: '25m',
      thanksTo: { part: jobsWait },
    },
    {
      about: 'a handler that runs one job at a time',
      series: pinnedSeries({ limit: '1x30', min: '1x30', max: '1x30', oldest: '120x30' }),
      at: '25m',
      thanksTo: { part: mayMove },
    },
    {
      about: 'above it ten minutes ago',
      series: pinnedSeries({ limit: '1x14 2 1x15', min: '1x30', max: '8x30', oldest: '120x30' }),
      at: '25m',
      thanksTo: { part: '[15m:15s]', instead: '[1m:15s]' },
    },
  ],
};

const pinnedAtMax: Alert = {
  name: 'FlyballPinnedAtMax',
  severity: 'warning',
  for: '5m',
  expression: pinned('>=', metric('concurrency_limit_max')),
  summary: '{{ $labels.queue }} on {{ $labels.instance }}: at the upper bound for 15 minutes while jobs wait',
  meaning: 'The worker may have room for more than CONCURRENCY_MAX lets it take; or more workers are needed.',
  first: explain,
  dashboard: 'overview',
  fires: [
    {
      about: 'at the upper bound, and the oldest job waits two minutes',
      series: pinnedSeries({ limit: '8x30', max: '8x30', oldest: '120x30' }),
      at: '25m',
      labels: worker,
    },
  ],
  quiet: [
    {
      about: 'at the upper bound with an empty queue',
      series: pinnedSeries({ limit: '8x30', max: '8x30', oldest: '0x30' }),
      at: '25m',
      thanksTo: { part: jobsWait },
    },
  ],
};

const overrideForgotten: Alert = {
  name: 'FlyballOverrideForgotten',
  severity: 'ticket',
  for: '1h',
  expression: `${metric('controller_mode')}{mode=~"override|frozen"} == 1`,
  summary: '{{ $labels.queue }} on {{ $labels.instance }}: {{ $labels.mode }} for an hour',
  meaning: 'Somebody took the limit into their own hands and has not given it back.',
  first: explain,
  dashboard: 'overview',
  fires: [
    {
      about: 'frozen for more than an hour',
      series: { [of('controller_mode', { ...queue, mode: 'frozen' })]: '1x70' },
      at: '65m',
      labels: { ...worker, mode: 'frozen' },
    },
  ],
  quiet: [
    {
      about: 'an override for 20 minutes',
      series: { [of('controller_mode', { ...queue, mode: 'override' })]: '0x9 1x20 0x20' },
      at: '25m',
      thanksTo: 'for',
    },
    {
      about: 'a dry run, which is a setting',
      series: { [of('controller_mode', { ...queue, mode: 'dry-run' })]: '1x70' },
      at: '65m',
      thanksTo: { part: '{mode=~"override|frozen"}' },
    },
  ],
};

const strategyLabels = { ...queue, strategy: 'pid' };
const strategyErrors = of('strategy_errors_total', { ...strategyLabels, kind: 'threw' });
const strategyFailing: Alert = {
  name: 'FlyballStrategyFailing',
  severity: 'warning',
  expression:
    `sum by (job, instance, queue, strategy) (increase(${metric('strategy_errors_total')}[10m]))` +
    ` > ${marks.strategyErrorsIn10Minutes}`,
  summary: '{{ $labels.queue }} on {{ $labels.instance }}: the strategy {{ $labels.strategy }} fails',
  meaning:
    'Each time it throws or answers nonsense the limit stays where it is; a shadow that fails holds nothing. Jobs go on.',
  first: explain,
  dashboard: 'strategy',
  fires: [
    {
      about: 'ten errors in ten minutes',
      series: { [strategyErrors]: '0+1x15' },
      at: '12m',
      labels: { ...ofInstance, ...strategyLabels },
    },
  ],
  quiet: [
    {
      about: 'two errors',
      series: { [strategyErrors]: '0x5 2x10' },
      at: '12m',
      thanksTo: { part: `> ${marks.strategyErrorsIn10Minutes}`, instead: '> 0' },
    },
    {
      about: 'the counter began anew with the process',
      series: { [strategyErrors]: '50x6 0x10' },
      at: '12m',
      thanksTo: { part: 'increase', instead: 'max_over_time' },
    },
  ],
};

const decisions = metric('decisions_total');
const decided = (reason: string): string => of('decisions_total', { ...queue, action: 'hold', reason });
const blind: Alert = {
  name: 'FlyballBlind',
  severity: 'warning',
  for: '2m',
  expression:
    `sum by (job, instance, queue) (rate(${decisions}{reason=~"signal-stale|signal-missing|blind"}[5m]))` +
    ` / sum by (job, instance, queue) (rate(${decisions}[5m])) > ${marks.blindShare}`,
  summary:
    '{{ $labels.queue }} on {{ $labels.instance }}: no signal in {{ $value | humanizePercentage }} of the periods',
  meaning: 'The reading that the strategy goes by is not there; the limit is held, and sinks to where it began.',
  first: explain,
  dashboard: 'overview',
  fires: [
    {
      about: 'eight periods in ten have no signal',
      series: { [decided('blind')]: '0+24x10', [decided('signal-stale')]: '0+24x10', [decided('steady')]: '0+12x10' },
      at: '10m',
      labels: { ...ofInstance, ...queue },
      value: '80%',
    },
  ],
  quiet: [
    {
      about: 'a signal that is missing in three periods of ten',
      series: { [decided('signal-stale')]: '0+18x10', [decided('steady')]: '0+42x10' },
      at: '10m',
      thanksTo: { part: `> ${marks.blindShare}`, instead: '> 0.25' },
    },
  ],
};

function pinnedSeries({ limit, min, max, oldest }: { limit: string; min?: string; max?: string; oldest: string }) {
  const own = { ...target, ...queue };
  return {
    [of('concurrency_limit', own)]: limit,
    ...(min !== undefined && { [of('concurrency_limit_min', own)]: min }),
    ...(max !== undefined && { [of('concurrency_limit_max', own)]: max }),
    [of('queue_oldest_age_seconds', own)]: oldest,
  };
}
