import { of } from './alert-series.ts';
import type { AutoscalingFacts } from './autoscaling-facts.ts';
import { recorded } from './recorded.ts';
import type { RecordingCase } from './recording-case.ts';

/** How many pods a queue asks for, by rules that know these facts. */
export function autoscalingCases(facts: AutoscalingFacts): readonly RecordingCase[] {
  const least = Number(facts.leastCapacityJobs);
  const assumed = Number(facts.assumedCapacityJobs);
  const gives = (demand: number | undefined, capacity: number | undefined): RecordingCase['gives'] => ({
    [recorded.demandJobs]: demand,
    [recorded.capacityPerPodJobs]: capacity,
    [recorded.desiredReplicas]:
      demand === undefined || capacity === undefined
        ? undefined
        : demand / (Number(facts.targetUtilization) * capacity),
  });
  return [
    {
      about: 'demand is what waits and what runs, over what a warm pod holds at the target utilisation',
      series: { ...warm, ...depth({}, '40x30') },
      gives: gives(48, 10),
    },
    {
      about: 'the same queue told by two workers counts once, and what they run twice',
      series: { ...warm, ...depth({}, '40x30'), ...depth(second, '40x30'), [of('inflight_jobs', second)]: '6x30' },
      gives: gives(54, 10),
    },
    {
      about: 'the same queue told by two gateways counts once, as the one tells it that hears of more',
      series: { ...warm, ...depth({}, '40x30'), ...gateway('g1', '40x30'), ...gateway('g2', '42x30') },
      gives: gives(50, 10),
    },
    {
      about: 'a cold pod is no measure of capacity',
      series: { ...warm, ...depth({}, '40x30'), ...pod(second, { runs: '2x30', limit: '2x30', warm: '0x30' }) },
      gives: gives(50, 10),
    },
    {
      about: 'nor is what a warm pod said while it was cold',
      series: { ...depth({}, '40x30'), ...pod({}, { runs: '8x30', limit: '2x27 10x3', warm: '0x27 1x3' }) },
      gives: gives(48, 10),
    },
    {
      about: 'without a warm pod the capacity is assumed',
      series: { ...depth({}, '40x30'), ...pod({}, { runs: '2x30', limit: '2x30', warm: '0x30' }) },
      gives: gives(42, assumed),
    },
    {
      about: 'without a pod the gateway’s queue asks for the first',
      series: gateway('g1', '40x30'),
      gives: gives(40, assumed),
    },
    {
      about: 'a paused worker holds at least one job, so that nothing is divided by 0',
      series: { ...depth({}, '40x30'), ...pod({}, { runs: '8x30', limit: '0x30', warm: '1x30' }) },
      gives: gives(48, least),
    },
    {
      about: 'what a draining pod still runs asks for no pod, and its limit counts no more',
      series: {
        ...warm,
        ...depth({}, '40x30'),
        ...pod(second, { runs: '6x30', limit: '3x30', warm: '1x27 0x3', draining: '0x27 1x3' }),
      },
      gives: gives(48, 10),
    },
    {
      about: 'what waits asks for a pod although the only one drains',
      series: {
        ...depth({}, '40x30'),
        ...pod({}, { runs: '6x30', limit: '3x30', warm: '0x30', draining: '1x30' }),
      },
      gives: gives(40, assumed),
    },
    {
      about: 'an idle queue asks for no pod, which is an answer',
      series: { ...depth({}, '0x30'), ...pod({}, { runs: '0x30', limit: '10x30', warm: '1x30' }) },
      gives: gives(0, 10),
    },
    {
      about: 'an empty queue without a pod asks for none',
      series: gateway('g1', '0x30'),
      gives: gives(0, assumed),
    },
    {
      about: 'jobs of low priority ask for no pod',
      series: { ...warm, ...depth({}, '0x30'), [of('queue_jobs', { ...own, state: 'low-priority' })]: '40x30' },
      gives: gives(8, 10),
    },
    {
      about: 'an unknown queue asks for nothing, neither more nor fewer',
      series: warm,
      gives: gives(undefined, 10),
    },
    {
      about: 'a queue that is no longer known asks for nothing, however many waited',
      series: { ...warm, ...depth({}, '40x29 stale') },
      gives: gives(undefined, 10),
    },
  ];
}

type Labels = Readonly<Record<string, string>>;

const own = { queue: 'local' };
const second = { ...own, instance: 'w2:8080' };
const warm = pod({}, { runs: '8x30', limit: '10x30', warm: '1x30' });

interface Pod {
  readonly runs: string;
  readonly limit: string;
  readonly warm: string;
  readonly draining?: string;
}

function pod(labels: Labels, { runs, limit, warm, draining = '0x30' }: Pod): RecordingCase['series'] {
  const all = { ...own, ...labels };
  return {
    [of('inflight_jobs', all)]: runs,
    [of('concurrency_limit', all)]: limit,
    [of('worker_warm', all)]: warm,
    [of('worker_draining', all)]: draining,
  };
}

/** A gateway runs nothing and says so. */
function gateway(instance: string, waiting: string): RecordingCase['series'] {
  const labels = { job: 'gateway', instance: `${instance}:8080` };
  return { ...depth(labels, waiting), [of('inflight_jobs', { ...own, ...labels })]: '0x30' };
}

function depth(labels: Labels, waiting: string): RecordingCase['series'] {
  return { [of('queue_jobs', { ...own, ...labels, state: 'waiting' })]: waiting };
}
