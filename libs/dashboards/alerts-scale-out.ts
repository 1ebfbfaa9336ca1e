import type { Alert } from './alert-definition.ts';
import { of, ofQueue, selector } from './alert-series.ts';
import type { ReleaseFacts } from './autoscaling-facts.ts';
import { matching } from './matchers.ts';
import { metric } from './metric.ts';
import { marks } from './objectives.ts';
import { byQueue } from './recorded.ts';

const queue = { queue: 'local' };
const waiting = of('queue_jobs', { ...queue, state: 'waiting' });

/** Longer than a pod may drain (330 s) and than a cloud takes to bring a node with a GPU. */
const unschedulableFor = '15m';
const unschedulable = 'kube_pod_status_unschedulable';

export function podsPending(facts: ReleaseFacts): Alert {
  const { labels, worker } = facts;
  const ofWorker = `pod=~"${worker}-.+"`;
  const pending = (pod: string, scraped = 'kube-state-metrics-0'): string =>
    selector(unschedulable, { namespace: 'prod', pod, uid: `uid-${pod}`, instance: scraped });
  // Each pod by itself, or a rolling update of many would be one long wait; by two labels, or a restart of
  // kube-state-metrics would begin it anew.
  const eachPod = 'by (namespace, pod)';
  return {
    name: 'FlyballPodsPendingForGpu',
    severity: 'warning',
    for: unschedulableFor,
    expression: `max ${eachPod} (${unschedulable}{namespace="${labels.namespace}",${ofWorker}}) == 1`,
    summary: `${labels.release}: no node has room for {{ $labels.pod }}`,
    meaning: 'A worker was asked for that no node can take: there are fewer free GPUs than the autoscaler counts on.',
    first: `kubectl -n ${labels.namespace} describe pod {{ $labels.pod }}`,
    dashboard: 'fleet',
    fires: [
      {
        about: 'a pod waits for twenty minutes, over a restart of kube-state-metrics',
        series: { [pending(`${worker}-6d9-a`)]: '1x10 stale', [pending(`${worker}-6d9-a`, 'other')]: '_x10 1x20' },
        at: '20m',
        labels: { ...facts.labels, pod: `${worker}-6d9-a` },
      },
    ],
    quiet: [
      {
        about: 'a new pod while the old one on the only GPU drains for its whole grace period of 330 s',
        series: { [pending(`${worker}-7f1-a`)]: '_x10 1x11 stale' },
        every: '30s',
        at: '10m30s',
        thanksTo: 'for',
      },
      {
        about: 'a rolling update of four workers, each of which waits for the GPU of the one before',
        series: {
          [pending(`${worker}-7f1-a`)]: '1x6 stale',
          [pending(`${worker}-7f1-b`)]: '_x6 1x6 stale',
          [pending(`${worker}-7f1-c`)]: '_x12 1x6 stale',
          [pending(`${worker}-7f1-d`)]: '_x18 1x6 stale',
        },
        at: '20m',
        thanksTo: { part: eachPod, instead: 'by (namespace)' },
      },
      {
        about: 'a pod of another Deployment in the namespace',
        series: { [pending('ocr-flyball-gateway-5c4-a')]: '1x30' },
        at: '20m',
        thanksTo: { part: `,${ofWorker}` },
      },
    ],
  };
}

export function scaleOutWithoutThroughput({ selector: own }: ReleaseFacts): Alert {
  const warm = matching(metric('worker_warm'), own);
  const done = matching(metric('jobs_finished_total'), own, 'status="succeeded"');
  const grown = `>= ${marks.scaleOutGrowth} *`;
  const noMore =
    ` and sum ${byQueue} (rate(${done}[10m]))` +
    ` < ${marks.throughputGrowth} * sum ${byQueue} (rate(${done}[10m] offset 30m))`;
  const jobsWait = ` and max ${byQueue} (${matching(metric('queue_jobs'), own, 'state="waiting"')}) > 0`;
  return {
    name: 'FlyballScaleOutWithoutThroughput',
    severity: 'warning',
    // So long the new ones have to show in the rate.
    for: '15m',
    expression:
      `count ${byQueue} (${warm} == 1) ${grown} count ${byQueue} (${warm} offset 30m == 1)` + noMore + jobsWait,
    summary: '{{ $labels.queue }}: {{ $value }} workers do no more jobs than far fewer did half an hour ago',
    meaning:
      'They wait for something that they share, such as a database, a licence or a model server. More workers make it worse.',
    first: 'flyball explain --url http://WORKER:8080',
    dashboard: 'fleet',
    fires: [
      {
        about: 'four workers do what two did',
        series: { ...two('0+10x35 350+5x30'), ...twoMore('0+5x30'), [waiting]: '40x70' },
        at: '55m',
        labels: ofQueue,
        value: '4',
      },
      {
        about: 'what the new ones add are failures',
        series: {
          ...two('0+10x35 350+5x30'),
          ...twoMore('0+5x30'),
          [of('jobs_finished_total', { ...queue, status: 'failed' })]: '0x35 0+40x30',
          [waiting]: '40x70',
        },
        at: '55m',
        labels: ofQueue,
        value: '4',
      },
    ],
    quiet: [
      {
        about: 'four workers do twice what two did',
        series: { ...two('0+10x70'), ...twoMore('0+10x30'), [waiting]: '40x70' },
        at: '55m',
        thanksTo: { part: noMore },
      },
      {
        about: 'new workers whose first jobs have not ended yet',
        series: { ...two('0+10x70'), ...twoMore('0x10 0+10x20'), [waiting]: '40x70' },
        at: '44m',
        thanksTo: 'for',
      },
      {
        about: 'no job waits: there is no more to do',
        series: { ...two('0+10x35 350+5x30'), ...twoMore('0+5x30'), [waiting]: '0x70' },
        at: '55m',
        thanksTo: { part: jobsWait },
      },
      {
        about: 'a rolling update: two drain, and two have been loading their model for twenty minutes',
        series: { ...two('0+10x70'), ...twoMore('0x30', '0x30'), [waiting]: '40x70' },
        at: '55m',
        thanksTo: { part: `${warm} == 1) >=`, instead: `${warm}) >=` },
      },
      {
        about: 'one more than three',
        series: {
          ...two('0+10x70'),
          ...ofWorker('w3', '0+10x70', '1x70'),
          ...ofWorker('w4', '_x35 0+1x30', '_x35 1x30'),
          [waiting]: '40x70',
        },
        at: '55m',
        thanksTo: { part: grown, instead: '>= 1.3 *' },
      },
    ],
  };
}

/** Of the same start: two workers from the beginning on, and two more that are warm after 35 minutes. */
function two(done: string) {
  return { ...ofWorker('w1', done, '1x70'), ...ofWorker('w2', done, '1x70') };
}

function twoMore(done: string, warm = '1x30') {
  return { ...ofWorker('w3', `_x35 ${done}`, `_x35 ${warm}`), ...ofWorker('w4', `_x35 ${done}`, `_x35 ${warm}`) };
}

function ofWorker(name: string, done: string, warm: string) {
  const labels = { ...queue, instance: `${name}:8080` };
  return {
    [of('jobs_finished_total', { ...labels, status: 'succeeded' })]: done,
    [of('worker_warm', labels)]: warm,
  };
}
