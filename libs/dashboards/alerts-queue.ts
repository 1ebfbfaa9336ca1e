import type { Alert } from './alert-definition.ts';
import { of, ofQueue, worker } from './alert-series.ts';
import { metric } from './metric.ts';
import { marks } from './objectives.ts';
import { byQueue } from './recorded.ts';

/** Of a queue and all its workers. */
export function queueAlerts(): readonly Alert[] {
  return [ageHigh, failing, leasesLost, outboxStuck, webhooksFailing, outOfMemory, memoryBound];
}

const queue = { queue: 'local' };

const oldest = of('queue_oldest_age_seconds', queue);
const waiting = of('queue_jobs', { ...queue, state: 'waiting' });
const lowPriority = of('queue_jobs', { ...queue, state: 'low-priority' });
/** The age is that of the oldest job of either priority, and those of low priority wait on purpose. */
const othersWait = ` and max ${byQueue} (${metric('queue_jobs')}{state="waiting"}) > 0`;
const ageHigh: Alert = {
  name: 'FlyballQueueAgeHigh',
  severity: 'page',
  for: '5m',
  expression: `max ${byQueue} (${metric('queue_oldest_age_seconds')}) > ${marks.queueOldestSeconds}${othersWait}`,
  summary: '{{ $labels.queue }}: the oldest job has waited {{ $value | humanizeDuration }}',
  meaning: 'Jobs come faster than all workers together do them, or no worker takes any.',
  first: 'flyball explain --url http://WORKER:8080',
  dashboard: 'overview',
  fires: [
    {
      about: 'the oldest job waits 400 s',
      series: { [oldest]: '400x20', [waiting]: '30x20' },
      at: '10m',
      labels: ofQueue,
      value: '6m 40s',
    },
  ],
  quiet: [
    {
      about: 'the oldest job waits 250 s',
      series: { [oldest]: '250x20', [waiting]: '30x20' },
      at: '10m',
      thanksTo: { part: `> ${marks.queueOldestSeconds}`, instead: '> 200' },
    },
    {
      about: 'a burst of four minutes',
      series: { [oldest]: '0x5 400x4 0x10', [waiting]: '0x5 30x4 0x10' },
      at: '9m',
      thanksTo: 'for',
    },
    {
      about: 'only jobs of low priority wait',
      series: { [oldest]: '400x20', [waiting]: '0x20', [lowPriority]: '30x20' },
      at: '10m',
      thanksTo: { part: othersWait },
    },
  ],
};

/** What a job needs; depth is asked each period, and would drown them. */
const needed = 'operation=~"take|succeed|fail|give-back"';
const operations = metric('queue_operations_total');
const operation = (name: string, result: string): string =>
  of('queue_operations_total', { ...queue, operation: name, result });
const failing: Alert = {
  name: 'FlyballQueueFailing',
  severity: 'page',
  for: '5m',
  expression:
    `sum ${byQueue} (rate(${operations}{${needed}, result="error"}[5m]))` +
    ` / sum ${byQueue} (rate(${operations}{${needed}}[5m])) > ${marks.queueErrorShare}`,
  summary: '{{ $labels.queue }}: {{ $value | humanizePercentage }} of the operations on the queue fail',
  meaning: 'The store of the queue refuses, or cannot be reached. Finished results wait in the workers.',
  first: 'curl -s http://WORKER:8080/readyz',
  dashboard: 'overview',
  fires: [
    {
      about: 'six operations in ten fail',
      series: { [operation('take', 'error')]: '0+6x20', [operation('succeed', 'ok')]: '0+4x20' },
      at: '15m',
      labels: ofQueue,
      value: '60%',
    },
  ],
  quiet: [
    {
      about: 'four operations in ten fail, and are tried again',
      series: { [operation('succeed', 'error')]: '0+4x20', [operation('take', 'ok')]: '0+6x20' },
      at: '15m',
      thanksTo: { part: `> ${marks.queueErrorShare}`, instead: '> 0.3' },
    },
    {
      about: 'only the depth cannot be read, once a period, while jobs come and go',
      series: {
        [operation('depth', 'error')]: '0+60x20',
        [operation('take', 'ok')]: '0+6x20',
        [operation('succeed', 'ok')]: '0+6x20',
      },
      at: '15m',
      thanksTo: { part: `{${needed}, result="error"}`, instead: '{result="error"}' },
    },
    {
      about: 'nobody asks for anything: every take is empty',
      series: { [operation('take', 'empty')]: '0+60x20', [operation('take', 'error')]: '0x20' },
      at: '15m',
      thanksTo: { part: 'result="error"', instead: 'result!="ok"' },
    },
  ],
};

const lost = (cause: string): string => of('leases_lost_total', { ...queue, cause });
const leasesLost: Alert = {
  name: 'FlyballLeasesLost',
  severity: 'warning',
  expression: `sum ${byQueue} (increase(${metric('leases_lost_total')}{cause!="cancelled"}[10m])) > ${marks.leasesLostIn10Minutes}`,
  summary: '{{ $labels.queue }}: leases end while their jobs run',
  meaning: 'A worker could not renew in time, so the job is run again by another: work is done twice.',
  first: "curl -s http://WORKER:8080/metrics | grep -E 'leases_lost|eventloop_delay|queue_operations' | grep -v ' 0$'",
  dashboard: 'overview',
  fires: [{ about: 'ten leases expired', series: { [lost('expired')]: '0+1x15' }, at: '12m', labels: ofQueue }],
  quiet: [
    {
      about: 'clients cancel their jobs',
      series: { [lost('cancelled')]: '0+5x15', [lost('expired')]: '0x15' },
      at: '12m',
      thanksTo: { part: '{cause!="cancelled"}' },
    },
    {
      about: 'the counter began anew with the process',
      series: { [lost('expired')]: '20x6 0x10' },
      at: '12m',
      thanksTo: { part: 'increase', instead: 'max_over_time' },
    },
  ],
};

const oldestResult = of('outbox_oldest_age_seconds', queue);
const outboxStuck: Alert = {
  name: 'FlyballOutboxStuck',
  severity: 'page',
  for: '5m',
  expression: `${metric('outbox_oldest_age_seconds')} > ${marks.outboxOldestSeconds}`,
  summary:
    '{{ $labels.queue }} on {{ $labels.instance }}: a finished result has waited for {{ $value | humanizeDuration }}',
  meaning: 'Jobs are done and nobody can have their results: the queue does not take them from this worker.',
  first: "curl -s http://{{ $labels.instance }}/metrics | grep -E '^flyball_outbox'",
  dashboard: 'overview',
  fires: [
    {
      about: 'the oldest result waits 400 s',
      series: { [oldestResult]: '400x20' },
      at: '10m',
      labels: worker,
      value: '6m 40s',
    },
  ],
  quiet: [
    {
      about: 'the queue was away for four minutes',
      series: { [oldestResult]: '0x5 60 120 180 240 0x10' },
      at: '12m',
      thanksTo: { part: `> ${marks.outboxOldestSeconds}`, instead: '>= 0' },
    },
  ],
};

const deliveries = metric('webhook_deliveries_total');
const delivered = (result: string): string => of('webhook_deliveries_total', { ...queue, result });
const webhooksFailing: Alert = {
  name: 'FlyballWebhooksFailing',
  severity: 'warning',
  for: '10m',
  expression:
    `sum ${byQueue} (rate(${deliveries}{result=~"refused|error"}[10m]))` +
    ` / sum ${byQueue} (rate(${deliveries}[10m])) > ${marks.webhooksFailedShare}`,
  summary: '{{ $labels.queue }}: {{ $value | humanizePercentage }} of the webhooks are given up',
  meaning: 'Clients that wait for a webhook do not learn that their job is done. The results are kept.',
  first: 'curl -s http://WORKER:8080/metrics | grep webhook_deliveries_total',
  dashboard: 'overview',
  fires: [
    {
      about: 'one delivery in five is given up',
      series: { [delivered('error')]: '0+2x30', [delivered('accepted')]: '0+8x30' },
      at: '25m',
      labels: ofQueue,
      value: '20%',
    },
  ],
  quiet: [
    {
      about: 'half of them are tried again and then accepted',
      series: { [delivered('retried')]: '0+5x30', [delivered('accepted')]: '0+5x30', [delivered('error')]: '0x30' },
      at: '25m',
      thanksTo: { part: 'refused|error', instead: 'retried|refused|error' },
    },
  ],
};

const memoryFull = of('out_of_memory_total', { ...queue, scope: 'handler' });
const outOfMemory: Alert = {
  name: 'FlyballOutOfMemory',
  severity: 'page',
  expression: `sum ${byQueue} (increase(${metric('out_of_memory_total')}[10m])) > ${marks.outOfMemoryIn10Minutes}`,
  summary: '{{ $labels.queue }}: memory ran out several times in ten minutes',
  meaning: 'Jobs need more memory than the guard has learnt; the cut of the limit did not end it.',
  first: 'flyball explain --url http://WORKER:8080',
  dashboard: 'overview',
  fires: [{ about: 'four times in ten minutes', series: { [memoryFull]: '0x5 4x10' }, at: '12m', labels: ofQueue }],
  quiet: [
    {
      about: 'once, which is how the guard learns',
      series: { [memoryFull]: '0x5 1x10' },
      at: '12m',
      thanksTo: { part: `> ${marks.outOfMemoryIn10Minutes}`, instead: '> 0' },
    },
    {
      about: 'the counter began anew with the process',
      series: { [memoryFull]: '7x6 0x10' },
      at: '12m',
      thanksTo: { part: 'increase', instead: 'max_over_time' },
    },
  ],
};

const answers = metric('admissions_total');
const answered = (result: string, reason: string): string => of('admissions_total', { ...queue, result, reason });
const byGuard = ',reason="guard"';
/** A job that is held back is let in later, and counts once. */
const letIn = '{result!="deferred"}';
const memoryBound: Alert = {
  name: 'FlyballMemoryBound',
  severity: 'ticket',
  for: '30m',
  expression:
    `sum ${byQueue} (rate(${answers}{result="deferred"${byGuard}}[10m]))` +
    ` / sum ${byQueue} (rate(${answers}${letIn}[10m])) > ${marks.guardDeferredShare}`,
  summary: '{{ $labels.queue }}: {{ $value | humanizePercentage }} of the jobs had to wait for device memory',
  meaning: 'Device memory, and not the strategy, says how many jobs run at once.',
  first: 'flyball explain --url http://WORKER:8080',
  dashboard: 'overview',
  fires: [
    {
      about: 'four jobs in ten are held back by the guard before they are let in',
      series: { [answered('deferred', 'guard')]: '0+4x50', [answered('admitted', '')]: '0+10x50' },
      at: '45m',
      labels: ofQueue,
      value: '40%',
    },
  ],
  quiet: [
    {
      about: 'one job in five',
      series: { [answered('deferred', 'guard')]: '0+2x50', [answered('admitted', '')]: '0+10x50' },
      at: '45m',
      thanksTo: { part: `> ${marks.guardDeferredShare}`, instead: '> 0.1' },
    },
    {
      about: 'deferred by the limit',
      series: {
        [answered('deferred', 'limit')]: '0+4x50',
        [answered('deferred', 'guard')]: '0x50',
        [answered('admitted', '')]: '0+10x50',
      },
      at: '45m',
      thanksTo: { part: byGuard },
    },
  ],
};
