import type { Row } from '../build/dashboard.ts';
import { attemptsAsTraces, runbookOf } from '../build/data-links.ts';
import { eachSecond } from '../build/panel-text.ts';
import { countedBy, quantileBy, rateBy } from '../build/promql.ts';
import { quantiles } from '../build/query.ts';
import { series } from '../build/selector.ts';
import { timeseries } from '../build/timeseries.ts';
import { marks } from '../objectives.ts';

/** From the queue through the gate to the end of the attempt, in the order a job goes. */
export function queueRow(): Row {
  return {
    title: 'Queue, leases, outbox',
    panels: [...queuePanels(), ...attemptPanels(), ...leasePanels(), ...outboxPanels()],
  };
}

function queuePanels() {
  return [
    timeseries({
      title: 'Jobs in the queue',
      unit: 'none',
      width: 6,
      shows: 'Jobs by state, as the queue counts them; every process reports the same queue, so the highest is shown.',
      todo: 'If high: waiting jobs that grow need a higher limit or more workers; see what holds the limit.',
      queries: [{ expr: `max by (queue, state) (${series('queue_jobs')})`, legend: '{{state}} {{queue}}' }],
    }),
    timeseries({
      title: 'Enqueued to first attempt',
      unit: 's',
      width: 6,
      shows: 'How long jobs wait in the queue before their first attempt starts.',
      todo: 'If high: it is the queue, not the handler; see what holds the limit.',
      queries: quantiles(['queue'], 'job_queue_wait_seconds'),
      links: [attemptsAsTraces, runbookOf('FlyballQueueAgeHigh')],
    }),
    timeseries({
      title: 'Wait at the gate',
      unit: 's',
      width: 6,
      shows: 'How long a leased job waits until the gate lets it run.',
      todo: 'If high: the worker takes more jobs than it may run; see “Answers of the gate” for what defers them.',
      queries: quantiles(['queue'], 'gate_wait_seconds'),
      links: [attemptsAsTraces],
    }),
    timeseries({
      title: 'Leased jobs waiting at the gate',
      unit: 'none',
      width: 6,
      stepped: true,
      shows: 'Jobs that a worker has taken and the gate has not let run yet.',
      todo: 'If high: the limit fell, or the guard refuses; see “Answers of the gate”.',
      queries: [{ expr: series('gate_waiting_jobs'), legend: '{{instance}} {{queue}}' }],
    }),
  ];
}

function attemptPanels() {
  return [
    timeseries({
      title: 'Answers of the gate',
      unit: eachSecond('jobs'),
      width: 6,
      shows:
        'Jobs admitted, deferred by the memory guard or given back at a drain, each second. A job that is deferred is admitted later, and is then in both lines.',
      todo: 'If high: deferred at a quarter of admitted or more means memory is the bound; the guard’s panels say by how much.',
      queries: [
        { expr: rateBy('queue, result, reason', 'admissions_total'), legend: '{{result}} {{reason}} {{queue}}' },
      ],
      links: [runbookOf('guard'), runbookOf('FlyballMemoryBound')],
    }),
    timeseries({
      title: 'Service time of an attempt',
      unit: 's',
      width: 6,
      shows: 'Start to end of one attempt, all outcomes.',
      todo: 'If high: compare with the limit; if it rose with the limit, the device is past its knee and the limit will come down.',
      queries: quantiles(['queue'], 'job_service_seconds'),
      links: [attemptsAsTraces],
    }),
    timeseries({
      title: 'Attempts by outcome',
      unit: eachSecond('attempts'),
      width: 6,
      stacked: true,
      shows: 'Attempts that ended, by outcome and, of failed ones, by the kind of error.',
      todo: 'If high: for each kind of error, `flyball` log lines with event attempt-failed hold the message.',
      queries: [
        {
          expr: rateBy('queue, outcome, error_type', 'attempts_total'),
          legend: '{{outcome}} {{error_type}} {{queue}}',
        },
      ],
      links: [attemptsAsTraces, runbookOf('FlyballErrorBudgetFast')],
    }),
    timeseries({
      title: 'Retries',
      unit: eachSecond('attempts'),
      width: 6,
      stacked: true,
      shows: 'Attempts given back to the queue to be tried again, by the kind of error.',
      todo: 'If high: the work is done twice; open the traces, retries of a job are siblings in one trace.',
      queries: [{ expr: rateBy('queue, error_type', 'job_retries_total'), legend: '{{error_type}} {{queue}}' }],
      links: [attemptsAsTraces],
    }),
  ];
}

function leasePanels() {
  return [
    timeseries({
      title: 'Service time over deadline',
      unit: 'percentunit',
      width: 6,
      shows: 'Share of its deadline that an attempt used, of attempts that have one; above 100 % is a miss.',
      todo: 'If high: see “Deadlines missed”; the strategy should lower the limit, and the reason says whether it does.',
      queries: quantiles(['queue'], 'job_deadline_ratio'),
      turns: { redFrom: 1 },
      links: [attemptsAsTraces, runbookOf('FlyballLatencyBudgetFast')],
    }),
    timeseries({
      title: 'Queue operations that fail',
      unit: 'percentunit',
      width: 6,
      max: 1,
      shows: 'Share of the operations on the queue that ended in an error.',
      todo: 'If high: `HANDLER= flyball doctor` on the worker asks the queue and prints its answer.',
      queries: [
        {
          expr: `${rateBy('queue, operation', 'queue_operations_total', { result: '="error"' })} / ${rateBy('queue, operation', 'queue_operations_total')}`,
          legend: '{{operation}} {{queue}}',
        },
      ],
      turns: { redFrom: marks.queueErrorShare },
      links: [runbookOf('FlyballQueueFailing')],
    }),
    timeseries({
      title: 'Duration of queue operations, p95',
      unit: 's',
      width: 6,
      shows: 'How long an operation on the queue takes; that of take contains its wait for jobs.',
      todo: 'If high: renew or succeed near the lease time cost leases; look at the queue server first.',
      queries: [
        {
          expr: quantileBy(0.95, 'queue, operation', 'queue_operation_seconds'),
          legend: '{{operation}} {{queue}}',
        },
      ],
    }),
    timeseries({
      title: 'Leases lost, clocks apart',
      unit: 'short',
      width: 6,
      shows:
        'Leases that ended without our doing in ten minutes: all but those of cancelled jobs, for which the alert fires above the line, and by cause; and waits that came out negative because two hosts disagree on the time.',
      todo: 'If high: expired means renewals came too late (see the event loop); clocks apart, that NTP is not running.',
      queries: [
        { expr: countedBy('queue', 'leases_lost_total', '10m', { cause: '!="cancelled"' }), legend: 'lost {{queue}}' },
        { expr: countedBy('queue, cause', 'leases_lost_total', '10m'), legend: '{{cause}} {{queue}}' },
        { expr: countedBy('queue', 'clock_skew_total', '10m'), legend: 'clocks apart {{queue}}' },
      ],
      turns: { redFrom: marks.leasesLostIn10Minutes },
      links: [runbookOf('FlyballLeasesLost')],
    }),
  ];
}

/** Only where the queue is reached over a network. */
function outboxPanels() {
  return [
    timeseries({
      title: 'Results waiting on disk',
      unit: 'none',
      width: 8,
      stepped: true,
      shows: 'Finished results that a Redis or RunPod has not taken yet; they are kept by the worker until it does.',
      todo: 'If high: the queue takes nothing; its address, its server and the network between come first.',
      queries: [{ expr: series('outbox_results'), legend: '{{instance}} {{queue}}' }],
      links: [runbookOf('FlyballOutboxStuck')],
    }),
    timeseries({
      title: 'Oldest result on disk',
      unit: 's',
      width: 8,
      shows: 'How long the oldest of them has waited.',
      todo: 'If high: the queue has been away for so long; the log lines outbox-retry say what it answers.',
      queries: [{ expr: series('outbox_oldest_age_seconds'), legend: '{{instance}} {{queue}}' }],
      turns: { redFrom: marks.outboxOldestSeconds },
      links: [runbookOf('FlyballOutboxStuck')],
    }),
    timeseries({
      title: 'Tries to deliver a result',
      unit: eachSecond('deliveries'),
      width: 8,
      shows: 'Tries to hand a result over from the disk, by how they went.',
      todo: 'If high: retried and error mean the queue is away; refused, that it does not want what it is given.',
      queries: [{ expr: rateBy('queue, result', 'outbox_deliveries_total'), legend: '{{result}} {{queue}}' }],
      links: [runbookOf('FlyballOutboxStuck')],
    }),
  ];
}
