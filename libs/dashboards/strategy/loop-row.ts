import type { Row } from '../build/dashboard.ts';
import { decisionsAsTraces, decisionsInLogs, runbookOf } from '../build/data-links.ts';
import { countedBy, rateBy } from '../build/promql.ts';
import { quantiles } from '../build/query.ts';
import { series } from '../build/selector.ts';
import { timeseries } from '../build/timeseries.ts';
import { marks } from '../objectives.ts';

/** Whether the loop runs when it should, and whether it swings. */
export function loopRow(): Row {
  return { title: 'The loop around it', panels: [silence(), late(), reversals(), duration(), lag(), periods()] };
}

function silence() {
  return timeseries({
    title: 'Since the last period',
    unit: 's',
    width: 8,
    shows: 'Time since the last period of the control loop ended; a second or so.',
    todo: 'If high: the controller hangs and the limit stands still; take a stack of the worker, then restart it.',
    queries: [
      { expr: `time() - ${series('control_last_period_timestamp_seconds')}`, legend: '{{instance}} {{queue}}' },
    ],
    turns: { redFrom: marks.controllerSilentSeconds },
    links: [runbookOf('FlyballControllerStopped')],
  });
}

function late() {
  return timeseries({
    title: 'Periods that came late or not at all',
    unit: 'percentunit',
    width: 8,
    max: 1,
    shows: 'Share of the periods that were late, skipped or failed.',
    todo: 'If high: see “Event-loop delay” on the overview; a handler that computes in the worker’s thread is the usual cause.',
    queries: [
      {
        expr: `${rateBy('instance, queue', 'control_periods_total', { result: '!="ok"' })} / ${rateBy('instance, queue', 'control_periods_total')}`,
        legend: '{{instance}} {{queue}}',
      },
    ],
    turns: { redFrom: marks.periodsLateShare },
    links: [runbookOf('Periods late')],
  });
}

function reversals() {
  return timeseries({
    title: 'Reversals',
    unit: 'short',
    width: 8,
    shows: 'Limit changes in ten minutes against the direction of the one before.',
    todo: 'If high: the limit swings; follow the link to the decisions and compare the two reasons that take turns.',
    queries: [{ expr: countedBy('instance, queue', 'limit_reversals_total', '10m'), legend: '{{instance}} {{queue}}' }],
    turns: { redFrom: marks.reversalsIn10Minutes },
    links: [decisionsInLogs, runbookOf('Flapping')],
  });
}

function duration() {
  return timeseries({
    title: 'Duration of a period',
    unit: 's',
    width: 8,
    shows: 'Time to observe, decide, apply and record.',
    todo: 'If high: a strategy of your own that computes for long, or a slow event loop; the trace of the period shows which.',
    queries: quantiles(['instance', 'queue'], 'control_period_duration_seconds'),
    links: [decisionsAsTraces],
  });
}

function lag() {
  return timeseries({
    title: 'Lag of a period',
    unit: 's',
    width: 8,
    shows: 'How much later than planned a period starts.',
    todo: 'If high: the event loop is busy with something else; see “Event-loop delay” on the overview.',
    queries: quantiles(['instance', 'queue'], 'control_period_lag_seconds'),
    links: [runbookOf('Periods late')],
  });
}

function periods() {
  return timeseries({
    title: 'Periods',
    unit: 'ops',
    width: 8,
    stacked: true,
    shows: 'Periods each second by result; one each CONCURRENCY_PERIOD and worker.',
    todo: 'If low: fewer than one each period means skipped ones; see “Since the last period”.',
    queries: [{ expr: rateBy('queue, result', 'control_periods_total'), legend: '{{result}} {{queue}}' }],
  });
}
