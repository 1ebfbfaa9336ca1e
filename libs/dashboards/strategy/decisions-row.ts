import type { Row } from '../build/dashboard.ts';
import { decisionsAsTraces, decisionsInLogs, runbookOf, runbookOfLabel } from '../build/data-links.ts';
import { eachSecond } from '../build/panel-text.ts';
import { countedBy, rateBy } from '../build/promql.ts';
import { series } from '../build/selector.ts';
import { table } from '../build/table.ts';
import { timeseries } from '../build/timeseries.ts';
import { marks } from '../objectives.ts';

/** What the strategy asked for, what became of it, and the numbers behind it. */
export function decisionsRow(): Row {
  return {
    title: 'What it decides',
    panels: [wanted(), inForce(), terms(), members(), shadows(), decisions(), errors()],
  };
}

function wanted() {
  return timeseries({
    title: 'Wanted against applied',
    unit: 'none',
    width: 16,
    height: 9,
    stepped: true,
    shows:
      'What the strategy asked for, the limit that the bounds left of it, and the whole number of jobs that the gate lets run.',
    todo: 'If high: wanted far above applied for long means a bound decides; see “Bound that shaped the decision” on the overview.',
    queries: [
      { expr: series('concurrency_limit_wanted'), legend: 'wanted {{instance}} {{queue}}' },
      { expr: series('concurrency_limit_exact'), legend: 'applied {{instance}} {{queue}}' },
      { expr: series('concurrency_limit'), legend: 'limit {{instance}} {{queue}}' },
    ],
    links: [decisionsInLogs, decisionsAsTraces],
  });
}

function inForce() {
  return table({
    title: 'Strategies in force',
    unit: 'none',
    width: 8,
    height: 9,
    shows: 'The strategy of each worker and a hash of its parameters: equal hashes, equal parameters.',
    todo: 'If high: more than one hash in a queue is a half-done roll-out; see “Deploys” for when it began.',
    queries: [
      { expr: `max by (instance, queue, strategy, config_hash) (${series('strategy_info')})`, legend: '{{strategy}}' },
    ],
  });
}

function terms() {
  return timeseries({
    title: 'Numbers behind the decision',
    unit: 'none',
    width: 24,
    height: 9,
    highestFirst: true,
    shows: 'The terms of the law, each in its own unit: docs/control.md names them for every strategy.',
    todo: 'If high: compare the term with the mark of the law; the reason beside it says which one decided.',
    queries: [{ expr: series('strategy_term'), legend: '{{term}} {{strategy}} {{instance}} {{queue}}' }],
    links: [decisionsInLogs],
  });
}

function members() {
  return timeseries({
    title: 'Members of a composed strategy',
    unit: 'none',
    width: 12,
    stepped: true,
    shows: 'What each member of strategies joined by + asked for; the least holds.',
    todo: 'If low: the lowest member is the one that holds the limit.',
    queries: [{ expr: series('concurrency_limit_member'), legend: '{{strategy}} {{instance}} {{queue}}' }],
    links: [decisionsInLogs],
  });
}

function shadows() {
  return timeseries({
    title: 'Shadow strategies',
    unit: 'none',
    width: 12,
    stepped: true,
    dashed: '/^in force /',
    shows: 'What strategies of CONCURRENCY_SHADOW would have asked for in the same periods, beside the one in force.',
    todo: 'If high: a shadow above the limit is no proof of more; try it on one worker with CONCURRENCY_STRATEGY.',
    queries: [
      { expr: series('concurrency_limit_shadow'), legend: '{{strategy}} {{instance}} {{queue}}' },
      { expr: series('concurrency_limit_wanted'), legend: 'in force {{instance}} {{queue}}' },
    ],
    links: [decisionsInLogs],
  });
}

function decisions() {
  return timeseries({
    title: 'Decisions by reason',
    unit: eachSecond('decisions'),
    width: 16,
    stacked: true,
    shows: 'Decisions each second by action and reason; holds are decisions too.',
    todo: 'If high: one reason that fills the graph is the cause; follow its link into the runbook.',
    queries: [{ expr: rateBy('queue, action, reason', 'decisions_total'), legend: '{{action}} {{reason}} {{queue}}' }],
    links: [runbookOfLabel('reason'), decisionsInLogs],
  });
}

function errors() {
  return timeseries({
    title: 'Strategy errors',
    unit: 'short',
    width: 8,
    shows:
      'Periods of ten minutes in which a strategy failed and the limit was held, by worker, all of them and by kind. The alert fires above the line.',
    todo: 'If high: the log line strategy-failed has the message; `flyball replay` on the decision log repeats it.',
    queries: [
      {
        expr: countedBy('instance, queue, strategy', 'strategy_errors_total', '10m'),
        legend: 'all {{strategy}} {{instance}} {{queue}}',
      },
      {
        expr: countedBy('instance, queue, strategy, kind', 'strategy_errors_total', '10m'),
        legend: '{{kind}} {{strategy}} {{instance}} {{queue}}',
      },
    ],
    turns: { redFrom: marks.strategyErrorsIn10Minutes },
    links: [runbookOf('FlyballStrategyFailing')],
  });
}
