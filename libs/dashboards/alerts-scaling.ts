import type { Alert } from './alert-definition.ts';
import { of, ofQueue, selector } from './alert-series.ts';
import { podsPending, scaleOutWithoutThroughput } from './alerts-scale-out.ts';
import type { ReleaseFacts } from './autoscaling-facts.ts';
import { matchersOf, matching } from './matchers.ts';
import { metric } from './metric.ts';
import { byQueue, recorded } from './recorded.ts';

/** Of how many workers a release has and asks for. Their cases are those of `exampleRelease`. */
export function scalingAlerts(facts: ReleaseFacts): readonly Alert[] {
  return [desiredAboveMax(facts), podsPending(facts), scaleOutWithoutThroughput(facts), scalerBlind(facts)];
}

const queue = { queue: 'local' };
const waiting = of('queue_jobs', { ...queue, state: 'waiting' });
const inFlight = of('inflight_jobs', queue);
const limit = of('concurrency_limit', queue);
const elsewhere = selector(recorded.desiredReplicas, { ...ofQueue, namespace: 'dev' });
const release = (facts: ReleaseFacts): string => `{${matchersOf(facts.labels)}}`;

function desiredAboveMax(facts: ReleaseFacts): Alert {
  const above = `> ${facts.maxReplicas}`;
  return {
    name: 'FlyballDesiredAboveMax',
    severity: 'warning',
    for: '15m',
    expression: `${recorded.desiredReplicas}${release(facts)} ${above}`,
    summary: `{{ $labels.queue }}: {{ $value | humanize }} workers are asked for, and ${facts.maxReplicas} are the most there may be`,
    meaning: 'The queue needs more workers than the autoscaler may start, so that jobs wait the longer the more come.',
    first: `kubectl -n ${facts.labels.namespace} get hpa`,
    dashboard: 'fleet',
    fires: [
      {
        about: 'three times as many as there may be',
        series: { [waiting]: '30x30' },
        at: '20m',
        labels: ofQueue,
        value: '12',
      },
    ],
    quiet: [
      {
        about: 'exactly the most that there may be',
        series: { [waiting]: '10x30' },
        at: '20m',
        thanksTo: { part: above, instead: `>= ${facts.maxReplicas}` },
      },
      {
        about: 'a burst of ten minutes',
        series: { [waiting]: '0x5 30x10 0x20' },
        at: '14m',
        thanksTo: 'for',
      },
      {
        about: 'a release of the same name elsewhere',
        series: { [waiting]: '5x30', [elsewhere]: '30x30' },
        at: '20m',
        thanksTo: { part: release(facts) },
      },
    ],
  };
}

function scalerBlind(facts: ReleaseFacts): Alert {
  const workers = matching(metric('concurrency_limit'), facts.selector);
  const desired = `${recorded.desiredReplicas}${release(facts)}`;
  return {
    name: 'FlyballScalerBlind',
    // No page: the replicas are held and the jobs go on. A queue that fails or grows on that account pages by itself.
    severity: 'warning',
    for: '5m',
    expression: `count ${byQueue} (${workers}) unless on (queue) ${desired}`,
    summary: '{{ $labels.queue }}: nobody knows how many workers it needs; the {{ $value }} there are stay',
    meaning:
      'No gateway and no worker can tell how many jobs wait, or the rules find two answers. Until then nothing is scaled.',
    first: "curl -s http://WORKER:8080/metrics | grep '^flyball_queue_jobs'",
    dashboard: 'fleet',
    fires: [
      {
        about: 'a worker is there, the queue does not answer, and that of a release of the same name elsewhere does',
        series: { [limit]: '10x20', [inFlight]: '8x20', [elsewhere]: '3x20' },
        at: '10m',
        labels: ofQueue,
        value: '1',
      },
    ],
    quiet: [
      {
        about: 'an idle queue, which asks for no worker and says so',
        series: { [limit]: '10x20', [inFlight]: '0x20', [waiting]: '0x20' },
        at: '10m',
        thanksTo: { part: desired, instead: `(${desired} > 0)` },
      },
      {
        about: 'a restart of Redis of three minutes',
        series: { [limit]: '10x20', [inFlight]: '8x20', [waiting]: '4x5 stale _ _ 4x12' },
        at: '8m',
        thanksTo: 'for',
      },
      {
        about: 'the last worker left, and with it the last that could tell',
        series: { [limit]: '10x5 stale', [inFlight]: '0x5 stale', [waiting]: '0x5 stale' },
        at: '20m',
        thanksTo: { part: workers, instead: `last_over_time(${workers}[1h])` },
      },
    ],
  };
}
