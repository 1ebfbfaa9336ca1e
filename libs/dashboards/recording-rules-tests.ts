import { of, ofQueue, selector } from './alert-series.ts';
import { autoscaling } from './objectives.ts';
import { recorded } from './recorded.ts';
import { inputSeries, type RuleTest } from './rules-tests.ts';

interface RecordingCase {
  readonly about: string;
  readonly series: Readonly<Record<string, string>>;
  /** Recorded series → what it must be for the queue at 30 minutes; `undefined`: absent. */
  readonly gives: Readonly<Record<string, number | undefined>>;
}

/** What alerts cannot show: which jobs count, and how many pods a queue asks for. */
export function recordingTests(): readonly RuleTest[] {
  return cases.map(({ about, series, gives }) => ({
    name: about,
    interval: '1m',
    input_series: inputSeries({ series }),
    promql_expr_test: Object.entries(gives).map(([expr, value]) => ({
      expr,
      eval_time: '30m',
      exp_samples: value === undefined ? [] : [{ labels: selector(expr, ofQueue), value }],
    })),
  }));
}

const first = { queue: 'local' };
const second = { queue: 'local', instance: 'w2:8080' };
const { demandJobs, capacityPerPodJobs, desiredReplicas } = recorded;
const waiting = (labels: Readonly<Record<string, string>>): string => of('queue_jobs', { ...labels, state: 'waiting' });
const finished = (status: string): string => of('jobs_finished_total', { ...first, status });
const warmWorker = {
  [waiting(first)]: '40x30',
  [of('inflight_jobs', first)]: '8x30',
  [of('concurrency_limit', first)]: '10x30',
  [of('worker_warm', first)]: '1x30',
  [of('worker_draining', first)]: '0x30',
};

const cases: readonly RecordingCase[] = [
  {
    about: 'a cancelled job is neither good nor bad',
    series: { [finished('succeeded')]: '0+6x30', [finished('failed')]: '0+2x30', [finished('cancelled')]: '0+8x30' },
    gives: { [recorded.badShare('5m')]: 0.25 },
  },
  {
    about: 'a share of no jobs is not known',
    series: { [finished('succeeded')]: '5x30', [finished('failed')]: '0x30' },
    gives: { [recorded.badShare('5m')]: undefined },
  },
  {
    about: 'demand is what waits and what runs, over what a warm pod holds at the target utilisation',
    series: warmWorker,
    gives: {
      [demandJobs]: 48,
      [capacityPerPodJobs]: 10,
      [desiredReplicas]: 48 / (autoscaling.targetUtilization * 10),
    },
  },
  {
    about: 'the same queue told by two workers counts once, and what they run twice',
    series: { ...warmWorker, [waiting(second)]: '40x30', [of('inflight_jobs', second)]: '6x30' },
    gives: { [demandJobs]: 54 },
  },
  {
    about: 'a cold pod is no measure of capacity',
    series: { ...warmWorker, [of('concurrency_limit', second)]: '2x30', [of('worker_warm', second)]: '0x30' },
    gives: { [capacityPerPodJobs]: 10 },
  },
  {
    about: 'without a warm pod the capacity is assumed',
    series: { [waiting(first)]: '40x30' },
    gives: {
      [demandJobs]: 40,
      [capacityPerPodJobs]: autoscaling.assumedCapacityJobs,
      [desiredReplicas]: 40 / (autoscaling.targetUtilization * autoscaling.assumedCapacityJobs),
    },
  },
  {
    about: 'a paused worker holds at least one job, so that nothing is divided by 0',
    series: { ...warmWorker, [of('concurrency_limit', first)]: '0x30' },
    gives: { [capacityPerPodJobs]: autoscaling.leastCapacityJobs },
  },
  {
    about: 'what a draining pod still runs asks for no pod',
    series: {
      ...warmWorker,
      [of('inflight_jobs', second)]: '6x30',
      [of('worker_draining', second)]: '1x30',
    },
    gives: { [demandJobs]: 48 },
  },
  {
    about: 'an unknown queue asks for nothing, neither more nor fewer',
    series: {
      [of('inflight_jobs', first)]: '8x30',
      [of('concurrency_limit', first)]: '10x30',
      [of('worker_warm', first)]: '1x30',
    },
    gives: { [demandJobs]: undefined, [desiredReplicas]: undefined },
  },
];
