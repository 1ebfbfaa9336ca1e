import type { Alert } from './alert-definition.ts';
import { of, ofInstance, selector, target, worker } from './alert-series.ts';
import { metric } from './metric.ts';
import { marks } from './objectives.ts';

/** Of workers as processes, and of what they tell about themselves. */
export function processAlerts(): readonly Alert[] {
  return [absent, handlerDown, recordsDropped, tooManySeries];
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

const up = of('handler_up', { queue: 'local', kind: 'python' });
const handlerDown: Alert = {
  name: 'FlyballHandlerDown',
  severity: 'page',
  for: '2m',
  expression: `${metric('handler_up')} == 0`,
  summary: '{{ $labels.queue }} on {{ $labels.instance }}: the {{ $labels.kind }} handler is down',
  meaning: 'The worker is there and can run no job: its handler exited, does not start, or does not answer.',
  first: 'curl -s http://{{ $labels.instance }}/readyz',
  dashboard: 'overview',
  fires: [
    { about: 'down for three minutes', series: { [up]: '1x5 0x10' }, at: '9m', labels: { ...worker, kind: 'python' } },
  ],
  quiet: [
    { about: 'down for 30 s', series: { [up]: '1x10 0 1x10' }, every: '30s', at: '5m30s', thanksTo: 'for' },
    {
      about: 'the worker left in a rolling update while its handler was down',
      series: { [up]: '1x5 0 stale' },
      at: '9m',
      thanksTo: { part: metric('handler_up'), instead: `last_over_time(${metric('handler_up')}[15m])` },
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
