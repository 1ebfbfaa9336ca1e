import type { Row } from '../build/dashboard.ts';
import { attemptsAsTraces, requestsAsTraces, runbookOf } from '../build/data-links.ts';
import { eachSecond } from '../build/panel-text.ts';
import { quantileBy, rateBy } from '../build/promql.ts';
import { chosenProcesses, series } from '../build/selector.ts';
import { timeline } from '../build/timeline.ts';
import { timeseries } from '../build/timeseries.ts';
import { marks } from '../objectives.ts';

/** What runs the jobs, what takes them in, and the process around both. */
export function processRow(): Row {
  return {
    title: 'Handler, gateway, process',
    panels: [...handlerPanels(), ...gatewayPanels(), ...processPanels(), ...hostPanels(), ...ownPanels()],
  };
}

function handlerPanels() {
  return [
    timeline({
      title: 'Handler',
      width: 8,
      shows: 'Whether the handler can take a job.',
      todo: 'If low: the log line handler-exited holds the last words of the handler.',
      queries: [{ expr: series('handler_up'), legend: '{{kind}} {{instance}} {{queue}}' }],
      states: [
        { text: 'down', color: 'red' },
        { text: 'up', color: 'green' },
      ],
      links: [runbookOf('FlyballHandlerDown')],
    }),
    timeseries({
      title: 'Handler restarts',
      unit: 'ops',
      width: 8,
      height: 6,
      shows: 'Restarts of the handler process each second, by cause; only handlers in a process of their own have any.',
      todo: 'If high: out-of-memory and unresponsive are the model’s; exit has its last words in the log line handler-exited.',
      queries: [
        { expr: rateBy('queue, kind, cause', 'handler_restarts_total'), legend: '{{cause}} {{kind}} {{queue}}' },
      ],
      links: [runbookOf('FlyballHandlerDown')],
    }),
    timeseries({
      title: 'Cold start, mean',
      unit: 's',
      width: 8,
      height: 6,
      shows: 'Start of the handler to ready, the mean of all starts of this process.',
      todo: 'If high: weights are loaded from far; keep them in the image or on the node.',
      queries: [
        {
          // A process starts its handler once or a few times: there is no rate to speak of.
          expr: `${series('handler_start_seconds', {}, '_sum')} / ${series('handler_start_seconds', {}, '_count')}`,
          legend: '{{kind}} {{instance}} {{queue}}',
        },
      ],
    }),
  ];
}

function gatewayPanels() {
  return [
    timeseries({
      title: 'HTTP requests',
      unit: 'reqps',
      width: 8,
      stacked: true,
      shows: 'Requests answered each second, by operation and class of the status.',
      todo: 'If high: 5xx are ours, see the log; 4xx are the client’s, 429 among them is the queue’s limit.',
      queries: [{ expr: rateBy('operation, code', 'http_requests_total'), legend: '{{operation}} {{code}}' }],
    }),
    timeseries({
      title: 'Duration of HTTP requests, p95',
      unit: 's',
      width: 8,
      shows: 'How long a request takes by operation; runsync and stream wait for the job.',
      todo: 'If high: for run and status look at the event loop and the queue; for runsync, at the jobs.',
      queries: [{ expr: quantileBy(0.95, 'operation', 'http_request_seconds'), legend: '{{operation}}' }],
      links: [requestsAsTraces],
    }),
    timeseries({
      title: 'Webhook deliveries',
      unit: eachSecond('deliveries'),
      width: 8,
      stacked: true,
      shows: 'Tries to deliver a result to the address of its job, by result.',
      todo: 'If high: refused and error are the receiver’s; the log line webhook-retry names it and its answer.',
      queries: [{ expr: rateBy('queue, result', 'webhook_deliveries_total'), legend: '{{result}} {{queue}}' }],
      links: [attemptsAsTraces, runbookOf('FlyballWebhooksFailing')],
    }),
  ];
}

function processPanels() {
  return [
    timeseries({
      title: 'Event-loop delay, p99',
      unit: 's',
      width: 8,
      shows: 'How late the event loop runs what is due.',
      todo: 'If high: a handler computes in the worker’s thread; set HANDLER_ISOLATION=process.',
      queries: [{ expr: quantileBy(0.99, 'instance', 'eventloop_delay_seconds'), legend: '{{instance}}' }],
      turns: { redFrom: marks.eventLoopDelaySeconds },
      links: [runbookOf('Event loop blocked')],
    }),
    timeseries({
      title: 'Event-loop and processor use',
      unit: 'percentunit',
      width: 8,
      shows:
        'Share of the time the event loop was busy, and processors used by the process (above 100 %: several threads).',
      todo: 'If high: near 100 % the loop is the bottleneck; move work into a process of its own.',
      queries: [
        { expr: series('eventloop_utilization_ratio'), legend: 'event loop {{instance}}' },
        {
          expr: `rate(process_cpu_seconds_total{${chosenProcesses}}[$__rate_interval])`,
          legend: 'processors {{instance}}',
        },
      ],
    }),
    timeseries({
      title: 'Memory of the process',
      unit: 'bytes',
      width: 8,
      shows: 'Memory that the process holds, and what of it is JavaScript’s heap.',
      todo: 'If high: growth without end is a leak; a heap snapshot of the handler is the first thing to take.',
      queries: [
        { expr: `process_resident_memory_bytes{${chosenProcesses}}`, legend: 'resident {{instance}}' },
        { expr: `nodejs_heap_size_used_bytes{${chosenProcesses}}`, legend: 'heap {{instance}}' },
      ],
    }),
  ];
}

function hostPanels() {
  return [
    timeseries({
      title: 'Processors of the host or cgroup',
      unit: 'percentunit',
      width: 8,
      shows: 'Processor time used over what is allowed, and the share of the time the cgroup was throttled.',
      todo: 'If high: throttled means the limit of the container is too low for the handler.',
      queries: [
        { expr: series('host_cpu_utilization_ratio'), legend: 'used {{instance}}' },
        {
          expr: `rate(${series('host_cpu_throttled_seconds_total')}[$__rate_interval])`,
          legend: 'throttled {{instance}}',
        },
      ],
    }),
    timeseries({
      title: 'Memory of the host or cgroup',
      unit: 'bytes',
      width: 8,
      dashed: '/^limit /',
      shows: 'Memory used and memory allowed.',
      todo: 'If high: at the limit the kernel kills the handler or the worker; raise the limit of the container.',
      queries: [
        { expr: series('host_memory_used_bytes'), legend: 'used {{instance}}' },
        { expr: series('host_memory_limit_bytes'), legend: 'limit {{instance}}' },
      ],
    }),
    timeseries({
      title: 'Pressure stall',
      unit: 'percentunit',
      width: 8,
      shows: 'Share of the last ten seconds in which some task waited for processor, memory or disk.',
      todo: 'If high: the resource that is named is short on the host, whatever its use says.',
      queries: [{ expr: series('host_pressure_ratio'), legend: '{{resource}} {{instance}}' }],
    }),
  ];
}

function ownPanels() {
  return [
    timeseries({
      title: 'Decision records and spans',
      unit: 'ops',
      width: 8,
      shows: 'Decision records by sink and fate, and spans by fate, each second.',
      todo: 'If high: dropped or failed ones are lost; the disk of DECISION_LOG or the collector is too slow.',
      queries: [
        {
          expr: rateBy('instance, sink, result', 'decision_records_total'),
          legend: 'records {{sink}} {{result}} {{instance}}',
        },
        { expr: rateBy('instance, result', 'spans_total'), legend: 'spans {{result}} {{instance}}' },
      ],
      links: [runbookOf('FlyballRecordsDropped')],
    }),
    timeseries({
      title: 'Time to render /metrics, p99',
      unit: 's',
      width: 8,
      shows: 'How long a scrape keeps the process busy.',
      todo: 'If high: count the series of the process; a label with many values is the cause.',
      queries: [{ expr: quantileBy(0.99, 'instance', 'metrics_render_seconds'), legend: '{{instance}}' }],
      links: [runbookOf('FlyballTooManySeries')],
    }),
    timeseries({
      title: 'Label values that became “other”',
      unit: 'ops',
      width: 8,
      shows: 'Values outside a closed set, each second, by family; none in a healthy process.',
      todo: 'If high: compare the family in /metrics with docs/metrics.md; a plugin uses a name that is not there.',
      queries: [{ expr: rateBy('instance, family', 'label_overflow_total'), legend: '{{family}} {{instance}}' }],
    }),
  ];
}
