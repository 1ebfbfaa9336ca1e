import type { Row } from '../build/dashboard.ts';
import { attemptsAsTraces, decisionsInLogs, runbookOf, runbookOfLabel } from '../build/data-links.ts';
import { eachSecond } from '../build/panel-text.ts';
import { observedBy, rateBy, upToOne } from '../build/promql.ts';
import { quantiles } from '../build/query.ts';
import { chosenRelease, series } from '../build/selector.ts';
import { noneHappened, stat } from '../build/stat.ts';
import { timeseries } from '../build/timeseries.ts';
import { allowedShare } from '../build/thresholds.ts';
import { burnRates, marks, objectives } from '../objectives.ts';
import { recorded, windows } from '../recorded.ts';

/** Four stats that say whether it is well, three that say what the limit is, and the goals over time. */
export function goldenSignalsRow(): Row {
  return {
    title: 'Golden signals',
    panels: [succeeded(), burnNow(), oldestJob(), limit(), heldBy(), processes(), jobTime(), misses(), ended(), burn()],
  };
}

function succeeded() {
  return stat({
    title: 'Jobs that succeed',
    unit: 'percentunit',
    width: 4,
    shows: 'Share of the jobs ended lately that succeeded; cancelled ones are left out.',
    todo: 'If low: look at “Attempts by outcome” below for the kind of error.',
    queries: [
      {
        expr: `${rateBy('queue', 'jobs_finished_total', { status: '="succeeded"' })} / ${rateBy('queue', 'jobs_finished_total', { status: '!="cancelled"' })}`,
        legend: '{{queue}}',
      },
    ],
    turns: { redBelow: objectives.jobs },
    mappings: [noneHappened],
    links: [runbookOf('FlyballErrorBudgetFast')],
  });
}

function burnNow() {
  return stat({
    title: 'Error budget burn, 1 h',
    unit: 'none',
    width: 4,
    shows: 'How many times faster than evenly the errors of the last hour use up the budget of 30 days.',
    todo: 'If high: look at “Attempts by outcome” below, then open the runbook of the alert.',
    queries: [
      { expr: burnOf(recorded.badShare('1h'), objectives.jobs), legend: '{{namespace}} {{release}} {{queue}}' },
    ],
    turns: { orangeFrom: burnRates.slow, redFrom: burnRates.fast },
    mappings: [noneHappened],
    links: [runbookOf('FlyballErrorBudgetFast')],
  });
}

function oldestJob() {
  return stat({
    title: 'Oldest waiting job',
    unit: 's',
    width: 4,
    shows: 'Age of the oldest job that waits in the queue, of either priority; those of low priority wake nobody.',
    todo: 'If high: see in “Why is the limit what it is” what holds the limit; at its bound, add workers.',
    queries: [{ expr: `max by (queue) (${series('queue_oldest_age_seconds')})`, legend: '{{queue}}' }],
    turns: { redFrom: marks.queueOldestSeconds },
    links: [runbookOf('FlyballQueueAgeHigh')],
  });
}

function limit() {
  return stat({
    title: 'Limit',
    unit: 'none',
    width: 4,
    shows: 'Jobs that the chosen workers may run at once, together.',
    todo: 'If low: read “Held by” beside it, then follow the link to the decisions in words.',
    queries: [{ expr: `sum by (queue) (${series('concurrency_limit')})`, legend: '{{queue}}' }],
    links: [decisionsInLogs],
  });
}

function heldBy() {
  return stat({
    title: 'Held by',
    unit: 'none',
    width: 4,
    named: true,
    shows: 'The one thing that keeps a worker’s limit from being higher, with the number of workers it holds.',
    todo: 'If high: follow the link to what the runbook says of this factor.',
    queries: [{ expr: `count by (factor) (${series('limiting_factor')} == 1)`, legend: '{{factor}}' }],
    links: [runbookOfLabel('factor')],
  });
}

function processes() {
  return stat({
    title: 'Processes heard',
    unit: 'none',
    width: 4,
    shows: 'Workers and gateways whose metrics arrive.',
    todo: 'If low: `kubectl get pods` (or the process list) for those that are gone, then their last log lines.',
    queries: [{ expr: `count by (job) (${series('build_info')})`, legend: '{{job}}' }],
    links: [runbookOf('FlyballAbsent'), runbookOf('FlyballProcessGone'), runbookOf('FlyballCrashLooping')],
  });
}

function jobTime() {
  return timeseries({
    title: 'Job, enqueued to ended',
    unit: 's',
    width: 6,
    height: 6,
    shows: 'Time from enqueueing to the terminal state, over all attempts.',
    todo: 'If high: compare with the waiting and the service time in “Queue, leases, outbox”; the larger one is the cause.',
    queries: quantiles(['queue'], 'job_total_seconds'),
    links: [attemptsAsTraces],
  });
}

function misses() {
  const all = observedBy('queue', 'job_deadline_ratio');
  return timeseries({
    title: 'Deadlines missed',
    unit: 'percentunit',
    width: 6,
    height: 6,
    shows: 'Share of the attempts with a deadline that took longer than it allows.',
    todo: 'If high: see whether the limit goes down (“Why is the limit what it is”); if not, the deadline is too short for the model.',
    queries: [{ expr: `1 - ${observedBy('queue', 'job_deadline_ratio', upToOne)} / ${all}`, legend: '{{queue}}' }],
    turns: { redFrom: allowedShare(objectives.deadlines) },
    links: [attemptsAsTraces, runbookOf('FlyballLatencyBudgetFast'), runbookOf('FlyballLatencyBudgetSlow')],
  });
}

function ended() {
  return timeseries({
    title: 'Jobs ended',
    unit: eachSecond('jobs'),
    width: 6,
    height: 6,
    stacked: true,
    shows: 'Jobs that reached a terminal state, each second.',
    todo: 'If low: look whether jobs wait (“Jobs in the queue”); if none do, there is no demand.',
    queries: [{ expr: rateBy('queue, status', 'jobs_finished_total'), legend: '{{queue}} {{status}}' }],
  });
}

function burn() {
  const shown = windows.filter((window) => ['5m', '1h', '6h'].includes(window));
  return timeseries({
    title: 'Error budget burn',
    unit: 'none',
    width: 6,
    height: 6,
    shows:
      'How many times faster than evenly errors use up the budget of 30 days, over three windows (recorded series).',
    todo: 'If high: short and long window together mean it goes on; open the runbook of the alert.',
    queries: shown.map((window) => ({
      expr: burnOf(recorded.badShare(window), objectives.jobs),
      legend: `${window} {{namespace}} {{release}} {{queue}}`,
    })),
    turns: { orangeFrom: burnRates.slow, redFrom: burnRates.fast },
    links: [
      runbookOf('FlyballErrorBudgetFast'),
      runbookOf('FlyballErrorBudgetSlow'),
      runbookOf('FlyballErrorBudgetLeak'),
    ],
  });
}

/** A recorded series knows no single process. */
function burnOf(share: string, objective: number): string {
  return `${share}{${chosenRelease}} / ${allowedShare(objective)}`;
}
