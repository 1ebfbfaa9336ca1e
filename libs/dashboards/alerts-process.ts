import type { Alert } from './alert-definition.ts';
import { of, ofInstance, selector, target, worker } from './alert-series.ts';
import { metric } from './metric.ts';
import { marks } from './objectives.ts';

/** Of workers as processes, and of what they tell about themselves. */
export function processAlerts(): readonly Alert[] {
  return [absent, gone, crashLooping, handlerDown, recordsDropped, tooManySeries];
}

const info = metric('build_info');
const build = (instance: string): string => of('build_info', { instance, version: '0.1.0' });
const absent: Alert = {
  name: 'FlyballAbsent',
  severity: 'page',
  for: '5m',
  expression: `absent(${info})`,
  summary: 'No Flyball worker is being scraped',
  meaning: 'All workers are gone, or Prometheus does not find them. Nothing else can alert.',
  first: "promtool query instant http://PROMETHEUS:9090 'up'",
  dashboard: 'fleet',
  fires: [{ about: 'the only worker is gone', series: { [build('w1:8080')]: '1x5 stale' }, at: '15m', labels: {} }],
  quiet: [
    {
      about: 'a worker that left in a rolling update, and another that came',
      series: { [build('w1:8080')]: '1x5 stale', [build('w2:8080')]: '_x4 1x20' },
      at: '15m',
      thanksTo: { part: info, instead: `${info}{instance="w1:8080"}` },
    },
    {
      about: 'a restart of three minutes',
      series: { [build('w1:8080')]: '1x5 stale _ _ 1x20' },
      at: '8m',
      thanksTo: 'for',
    },
  ],
};

const scrapedNow = selector('up', target);
const wasOurs = (within: string): string => ` and on (job, instance) last_over_time(${info}[${within}])`;
const gone: Alert = {
  name: 'FlyballProcessGone',
  severity: 'warning',
  for: '5m',
  // What no longer answers tells no build: it is ours if it told one within the hour.
  expression: `up == 0${wasOurs('1h')}`,
  summary: '{{ $labels.instance }}: does not answer, and was Flyball within the hour',
  meaning:
    'A worker or gateway is gone, or hangs, and is still on the list of targets. On a shared queue the others do its jobs; on one of its own nobody does.',
  first: 'curl -s http://{{ $labels.instance }}/healthz',
  dashboard: 'fleet',
  fires: [
    {
      about: 'one of two workers does not answer',
      series: {
        [scrapedNow]: '1x5 0x15',
        [build('w1:8080')]: '1x5 stale',
        [selector('up', { ...target, instance: 'w2:8080' })]: '1x20',
        [build('w2:8080')]: '1x20',
      },
      at: '15m',
      labels: target,
    },
  ],
  quiet: [
    {
      about: 'another program that does not answer',
      series: { [scrapedNow]: '0x20', [build('w2:8080')]: '1x20' },
      at: '15m',
      thanksTo: { part: wasOurs('1h') },
    },
    {
      about: 'a worker that left in a rolling update, and its target with it',
      series: { [scrapedNow]: '1x5 0 stale', [build('w1:8080')]: '1x5 stale' },
      at: '15m',
      thanksTo: { part: 'up', instead: 'last_over_time(up[15m])' },
    },
    {
      about: 'a restart of three minutes',
      series: { [scrapedNow]: '1x5 0 0 0 1x20', [build('w1:8080')]: '1x5 stale _ _ 1x20' },
      at: '8m',
      thanksTo: 'for',
    },
  ],
};

const startTime = 'process_start_time_seconds';
const started = selector(startTime, target);
const crashLooping: Alert = {
  name: 'FlyballCrashLooping',
  severity: 'warning',
  expression: `changes(${startTime}[30m]) > ${marks.restartsIn30Minutes}${wasOurs('30m')}`,
  summary: '{{ $labels.instance }}: started anew {{ $value }} times in half an hour',
  meaning: 'The process ends and is started again, and the jobs it ran are tried again each time.',
  first: 'curl -s http://{{ $labels.instance }}/readyz',
  dashboard: 'fleet',
  fires: [
    {
      about: 'a worker that dies every five minutes',
      series: { [started]: '0x5 300x5 600x5 900x10', [build('w1:8080')]: '1x25' },
      at: '20m',
      labels: target,
      value: '3',
    },
  ],
  quiet: [
    {
      about: 'a deploy, and its way back',
      series: { [started]: '0x5 300x5 600x20', [build('w1:8080')]: '1x25' },
      at: '20m',
      thanksTo: { part: `> ${marks.restartsIn30Minutes}`, instead: '> 0' },
    },
    {
      about: 'another program that dies every five minutes',
      series: { [started]: '0x5 300x5 600x5 900x10', [build('w2:8080')]: '1x25' },
      at: '20m',
      thanksTo: { part: wasOurs('30m') },
    },
  ],
};

const handler = { queue: 'local', kind: 'python' };
const up = of('handler_up', handler);
const ready = of('handler_start_seconds', handler, '_count');
const down = `${metric('handler_up')} == 0`;
/** A series of this process from its first start on: what was up and fell is not what is still loading. */
const wasUp = metric('handler_start_seconds', '_count');
const handlerDown: Alert = {
  name: 'FlyballHandlerDown',
  severity: 'page',
  for: '2m',
  expression:
    `${down} and on (job, instance, queue) ${wasUp} > 0` +
    ` or ${down} and on (job, instance) time() - ${startTime} > ${marks.handlerLoadSeconds}`,
  summary: '{{ $labels.queue }} on {{ $labels.instance }}: the {{ $labels.kind }} handler is down',
  meaning:
    'The worker is there and can run no job: its handler was up and exited or does not answer, or has not come up within a quarter of an hour.',
  first: 'curl -s http://{{ $labels.instance }}/readyz',
  dashboard: 'overview',
  fires: [
    {
      about: 'down for three minutes after it had been up',
      series: { [up]: '1x5 0x10', [ready]: '1x15', [started]: '0x15' },
      at: '9m',
      labels: { ...worker, kind: 'python' },
    },
    {
      about: 'not up since the worker started eighteen minutes ago',
      series: { [up]: '0x20', [started]: '0x20' },
      at: '18m',
      labels: { ...worker, kind: 'python' },
    },
  ],
  quiet: [
    {
      about: 'down for 30 s',
      series: { [up]: '1x10 0 1x10', [ready]: '1x20' },
      every: '30s',
      at: '5m30s',
      thanksTo: 'for',
    },
    {
      about: 'a model that has been loading for ten minutes',
      series: { [up]: '0x20', [started]: '0x20' },
      at: '10m',
      thanksTo: { part: `> ${marks.handlerLoadSeconds}`, instead: '> 60' },
    },
    {
      about: 'a model that loads anew, as the worker was restarted under it',
      series: { [up]: '1x10 0x10', [ready]: '1x10 stale', [started]: '0x10 660x10' },
      at: '18m',
      thanksTo: { part: wasUp, instead: `max_over_time(${metric('handler_up')}[15m])` },
    },
  ],
};

const records = (result: string): string => of('decision_records_total', { sink: 'file', result });
const recordsDropped: Alert = {
  name: 'FlyballRecordsDropped',
  severity: 'warning',
  expression: `sum by (job, instance, sink) (increase(${metric('decision_records_total')}{result!="written"}[10m])) > 0`,
  summary: '{{ $labels.instance }}: decision records do not reach the {{ $labels.sink }}',
  meaning: 'The disk is full, slow or gone. Control goes on; what it decides now cannot be replayed later.',
  first: 'df -h (on the worker, where DECISION_LOG lies)',
  dashboard: 'overview',
  fires: [
    {
      about: 'records are dropped',
      series: { [records('dropped')]: '0x5 3x10', [records('written')]: '0+60x15' },
      at: '12m',
      labels: { ...ofInstance, sink: 'file' },
    },
  ],
  quiet: [
    {
      about: 'records are written',
      series: { [records('dropped')]: '0x15', [records('written')]: '0+60x15' },
      at: '12m',
      thanksTo: { part: '{result!="written"}' },
    },
    {
      about: 'the counter began anew with the process',
      series: { [records('dropped')]: '9x6 0x10' },
      at: '12m',
      thanksTo: { part: 'increase', instead: 'max_over_time' },
    },
  ],
};

const ours = ` and on (job, instance) ${info}`;
const scraped = selector('scrape_samples_scraped', target);
const tooManySeries: Alert = {
  name: 'FlyballTooManySeries',
  severity: 'ticket',
  for: '1h',
  expression: `scrape_samples_scraped > ${marks.seriesPerTarget}${ours}`,
  summary: '{{ $labels.instance }}: {{ $value }} series in one scrape',
  meaning: 'A worker should have less than half of that. A label has values nobody thought of.',
  first:
    "curl -s http://{{ $labels.instance }}/metrics | grep -v '^#' | cut -d'{' -f1 | sort | uniq -c | sort -n | tail",
  dashboard: 'overview',
  fires: [
    {
      about: 'five thousand series for more than an hour',
      series: { [scraped]: '5000x80', [build('w1:8080')]: '1x80' },
      at: '70m',
      labels: target,
      value: '5000',
    },
  ],
  quiet: [
    {
      about: 'another program with as many',
      series: { [scraped]: '5000x80', [build('w2:8080')]: '1x80' },
      at: '70m',
      thanksTo: { part: ours },
    },
  ],
};
