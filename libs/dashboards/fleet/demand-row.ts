import type { Row } from '../build/dashboard.ts';
import { runbookOf } from '../build/data-links.ts';
import { chosenRelease, series } from '../build/selector.ts';
import { timeseries } from '../build/timeseries.ts';
import { recorded } from '../recorded.ts';

/** What is asked of a queue's workers, and what they can hold: the numbers an autoscaler goes by. */
export function demandRow(): Row {
  return { title: 'Demand and capacity', panels: [demand(), replicas(), capacity()] };
}

const release = '{{namespace}} {{release}} {{queue}}';

function demand() {
  return timeseries({
    title: 'Limit, in flight and demand',
    unit: 'none',
    width: 24,
    height: 9,
    shows:
      'Limits of all chosen workers together, what they run, and the demand: waiting and running jobs of the queue.',
    todo: 'If high: demand above the limits for long asks for more workers; see “Replicas that would fit”.',
    queries: [
      { expr: `sum by (queue) (${series('concurrency_limit')})`, legend: 'limits {{queue}}' },
      { expr: `sum by (queue) (${series('inflight_jobs')})`, legend: 'in flight {{queue}}' },
      { expr: `${recorded.demandJobs}{${chosenRelease}}`, legend: `demand ${release}` },
    ],
    links: [runbookOf('FlyballQueueAgeHigh')],
  });
}

function replicas() {
  return timeseries({
    title: 'Replicas that would fit',
    unit: 'none',
    width: 12,
    dashed: '/^workers /',
    shows:
      'Demand over 80 % of what a warm worker holds (the recorded series that an autoscaler reads), and the workers heard.',
    todo: 'If high: above the workers for long means the autoscaler is at its maximum or does not get its number.',
    queries: [
      { expr: `${recorded.desiredReplicas}{${chosenRelease}}`, legend: `would fit ${release}` },
      { expr: `count by (queue) (${series('concurrency_limit')})`, legend: 'workers {{queue}}' },
    ],
  });
}

function capacity() {
  return timeseries({
    title: 'Jobs that one warm worker holds',
    unit: 'none',
    width: 12,
    shows: 'The mean limit of warm workers over five minutes; limits while starting are left out.',
    todo: 'If low: workers that hold few jobs ask for many replicas; see what holds their limits.',
    queries: [{ expr: `${recorded.capacityPerPodJobs}{${chosenRelease}}`, legend: release }],
  });
}
