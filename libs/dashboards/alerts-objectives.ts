import type { Alert } from './alert-definition.ts';
import { of, ofQueue } from './alert-series.ts';
import { burnRates, fewestJobsAnHour, objectives } from './objectives.ts';
import { recorded } from './recorded.ts';

/** Multi-window burn rates: the long window says that it matters, the short one that it still goes on. */
export function objectiveAlerts(): readonly Alert[] {
  return [errorsFast, errorsSlow, errorsLeak, latencyFast, latencySlow];
}

const enoughJobs = ` and ${recorded.jobsAnHour} > ${fewestJobsAnHour}`;
const enoughDeadlines = ` and ${recorded.deadlinesAnHour} > ${fewestJobsAnHour}`;
const failing = (rate: number): string => `> ${rate} * ${budget(objectives.jobs)}`;
const late = (rate: number): string => `> ${rate} * ${budget(objectives.deadlines)}`;

const succeeded = of('jobs_finished_total', { queue: 'local', status: 'succeeded' });
const failed = of('jobs_finished_total', { queue: 'local', status: 'failed' });
const timedOut = of('jobs_finished_total', { queue: 'local', status: 'timed-out' });
const timed = of('job_deadline_ratio', { queue: 'local' }, '_count');
const inTime = (le: string): string => of('job_deadline_ratio', { queue: 'local', le }, '_bucket');

const explain = 'flyball explain --url http://WORKER:8080';
const status = "curl -s http://WORKER:8080/metrics | grep '^flyball_attempts_total' | grep -v ' 0$'";

const fastErrors = ` and ${recorded.badShare('5m')} ${failing(burnRates.fast)}`;
const errorsFast: Alert = {
  name: 'FlyballErrorBudgetFast',
  severity: 'page',
  for: '2m',
  expression: `${recorded.badShare('1h')} ${failing(burnRates.fast)}${fastErrors}${enoughJobs}`,
  summary: '{{ $labels.queue }}: {{ $value | humanizePercentage }} of the jobs of the last hour failed or timed out',
  meaning: 'At this pace 2 % of the errors that 30 days may have are spent in an hour.',
  first: status,
  dashboard: 'overview',
  fires: [
    {
      about: 'one job in five fails or times out',
      series: { [succeeded]: '0+8x60', [failed]: '0+1x60', [timedOut]: '0+1x60' },
      at: '60m',
      labels: ofQueue,
      value: '20%',
    },
  ],
  quiet: [
    {
      about: 'one failure in five jobs an hour',
      series: { [succeeded]: '0 1 2 3 4+0x80', [failed]: '0+0x50 1+0x30' },
      at: '54m',
      thanksTo: { part: enoughJobs },
    },
    {
      about: 'it was bad, and is over',
      series: { [succeeded]: '0+8x60', [failed]: '0+3x40 120+0x20' },
      at: '60m',
      thanksTo: { part: fastErrors },
    },
  ],
};

const slowErrors = ` and ${recorded.badShare('30m')} ${failing(burnRates.slow)}`;
const errorsSlow: Alert = {
  name: 'FlyballErrorBudgetSlow',
  severity: 'page',
  for: '15m',
  expression: `${recorded.badShare('6h')} ${failing(burnRates.slow)}${slowErrors}${enoughJobs}`,
  summary: '{{ $labels.queue }}: {{ $value | humanizePercentage }} of the jobs of the last 6 h failed or timed out',
  meaning: 'At this pace 5 % of the errors that 30 days may have are spent in 6 hours.',
  first: status,
  dashboard: 'overview',
  fires: [
    {
      about: 'one job in ten fails, for two hours',
      series: { [succeeded]: '0+9x120', [failed]: '0+1x120' },
      at: '120m',
      labels: ofQueue,
      value: '10%',
    },
  ],
  quiet: [
    {
      about: 'it was bad until 40 minutes ago',
      series: { [succeeded]: '0+9x120', [failed]: '0+2x80 160+0x40' },
      at: '120m',
      thanksTo: { part: slowErrors },
    },
    {
      about: 'one failure in ten jobs an hour',
      series: { [succeeded]: '0+1x9 9+0x50', [failed]: '0+0x20 1+0x40' },
      at: '40m',
      thanksTo: { part: enoughJobs },
    },
  ],
};

const leakErrors = ` and ${recorded.badShare('6h')} ${failing(burnRates.leak)}`;
const errorsLeak: Alert = {
  name: 'FlyballErrorBudgetLeak',
  severity: 'ticket',
  for: '1h',
  expression: `${recorded.badShare('3d')} ${failing(burnRates.leak)}${leakErrors}`,
  summary: '{{ $labels.queue }}: {{ $value | humanizePercentage }} of the jobs of the last 3 days failed or timed out',
  meaning: 'Nothing burns, and the objective of 30 days is missed all the same if this goes on.',
  first: status,
  dashboard: 'overview',
  fires: [
    {
      about: 'two jobs in a hundred fail, all the time',
      series: { [succeeded]: '0+98x120', [failed]: '0+2x120' },
      at: '120m',
      labels: ofQueue,
      value: '2%',
    },
  ],
  quiet: [
    {
      about: 'an incident, and a clean quarter of a day since',
      series: { [succeeded]: '0+50x110', [failed]: '0+5x24 120+0x90' },
      every: '5m',
      at: '9h',
      thanksTo: { part: leakErrors },
    },
  ],
};

const fastLate = ` and ${recorded.slowShare('5m')} ${late(burnRates.fast)}`;
const latencyFast: Alert = {
  name: 'FlyballLatencyBudgetFast',
  severity: 'page',
  for: '2m',
  expression: `${recorded.slowShare('1h')} ${late(burnRates.fast)}${fastLate}${enoughDeadlines}`,
  summary:
    '{{ $labels.queue }}: {{ $value | humanizePercentage }} of the attempts of the last hour missed the deadline',
  meaning: 'Jobs come back, but nearly all of them too late.',
  first: explain,
  dashboard: 'overview',
  fires: [
    {
      about: 'four attempts of five are late, as Prometheus 2 spells the bucket',
      series: { [timed]: '0+10x60', [inTime('1')]: '0+2x60', [succeeded]: '0+10x60' },
      at: '60m',
      labels: ofQueue,
      value: '80%',
    },
    {
      about: 'four attempts of five are late, as Prometheus 3 spells the bucket',
      series: { [timed]: '0+10x60', [inTime('1.0')]: '0+2x60', [succeeded]: '0+10x60' },
      at: '60m',
      labels: ofQueue,
      value: '80%',
    },
  ],
  quiet: [
    {
      about: 'one late attempt among six hundred jobs without a deadline',
      series: { [timed]: '0+0x50 1+0x30', [inTime('1')]: '0x80', [succeeded]: '0+10x80' },
      at: '54m',
      thanksTo: { part: enoughDeadlines },
    },
    {
      about: 'late for forty minutes, and in time since',
      series: { [timed]: '0+10x60', [inTime('1')]: '0+0x48 0+10x12', [succeeded]: '0+10x60' },
      at: '60m',
      thanksTo: { part: fastLate },
    },
  ],
};

const slowLate = ` and ${recorded.slowShare('30m')} ${late(burnRates.slow)}`;
const latencySlow: Alert = {
  name: 'FlyballLatencyBudgetSlow',
  severity: 'ticket',
  for: '15m',
  expression: `${recorded.slowShare('6h')} ${late(burnRates.slow)}${slowLate}${enoughDeadlines}`,
  summary: '{{ $labels.queue }}: {{ $value | humanizePercentage }} of the attempts of the last 6 h missed the deadline',
  meaning: 'Deadlines are missed far more often than the objective has room for.',
  first: explain,
  dashboard: 'overview',
  fires: [
    {
      about: 'four attempts in ten are late, for two hours',
      series: { [timed]: '0+10x120', [inTime('1')]: '0+6x120' },
      at: '120m',
      labels: ofQueue,
      value: '40%',
    },
  ],
  quiet: [
    {
      about: 'late until 40 minutes ago',
      series: { [timed]: '0+10x120', [inTime('1')]: '0+2x80 160+10x40' },
      at: '120m',
      thanksTo: { part: slowLate },
    },
    {
      about: 'one late attempt among many jobs without a deadline',
      series: { [timed]: '0+0x100 1+0x30', [inTime('1')]: '0x130', [succeeded]: '0+10x130' },
      at: '118m',
      thanksTo: { part: enoughDeadlines },
    },
  ],
};

/** 1 − 0.99 is 0.01 here, and not what doubles make of it. */
function budget(objective: number): number {
  return Number((1 - objective).toFixed(6));
}
