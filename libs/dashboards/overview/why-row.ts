import type { Row } from '../build/dashboard.ts';
import { decisionsAsTraces, decisionsInLogs, runbookOf, runbookOfLabel } from '../build/data-links.ts';
import { countedBy, increaseBy } from '../build/promql.ts';
import { series } from '../build/selector.ts';
import { timeline } from '../build/timeline.ts';
import { timeseries } from '../build/timeseries.ts';
import { marks } from '../objectives.ts';
import { changesInWords } from './changes-in-words.ts';

/** The limit beside what was wanted and allowed, and everything that can hold it. */
export function whyRow(): Row {
  return {
    title: 'Why is the limit what it is',
    panels: [limit(), pressure(), reasons(), factors(), bounds(), modes(), changesInWords(), ...guardPanels()],
  };
}

function limit() {
  return timeseries({
    title: 'Limit, wanted and in flight',
    unit: 'none',
    width: 16,
    height: 9,
    stepped: true,
    dashed: '/^(lower bound|upper bound|shadow) /',
    shows:
      'Jobs each worker may run at once, what its strategy asked for, its bounds, what runs, and what shadow strategies asked for. Marks are limit changes with their reason.',
    todo: 'If low: wanted above the limit means a bound holds it, wanted at the limit the strategy: read its reason below. In flight below the limit with jobs waiting means the memory guard holds jobs back, or the handler is not ready.',
    queries: [
      { expr: series('concurrency_limit'), legend: 'limit {{instance}} {{queue}}' },
      { expr: series('concurrency_limit_wanted'), legend: 'wanted {{instance}} {{queue}}' },
      { expr: series('inflight_jobs'), legend: 'in flight {{instance}} {{queue}}' },
      { expr: series('concurrency_limit_min'), legend: 'lower bound {{instance}} {{queue}}' },
      { expr: series('concurrency_limit_max'), legend: 'upper bound {{instance}} {{queue}}' },
      { expr: series('concurrency_limit_shadow'), legend: 'shadow {{strategy}} {{instance}} {{queue}}' },
    ],
    links: [decisionsInLogs, decisionsAsTraces, runbookOf('FlyballPinnedAtMin')],
  });
}

function pressure() {
  return timeseries({
    title: 'Signal pressure, highest first',
    unit: 'percentunit',
    width: 8,
    height: 9,
    highestFirst: true,
    shows: 'Each signal over its ceiling as the last decision saw it. The highest is the one that limits.',
    todo: 'If high: at 100 % the ceiling is reached; the first line of the legend names what to relieve.',
    queries: [{ expr: series('signal_pressure_ratio'), legend: '{{signal}} {{instance}} {{queue}}' }],
    turns: { redFrom: 1 },
    links: [decisionsInLogs],
  });
}

function reasons() {
  return timeline({
    title: 'Reasons',
    width: 12,
    height: 7,
    shows:
      'Which reasons the decisions of each interval gave. Several at once: the decision changed within the interval.',
    todo: 'If high: a reason that fills the line is the cause; follow its link into the runbook.',
    queries: [
      {
        expr: `(${increaseBy('instance, queue, reason', 'decisions_total')} > bool 0) == 1`,
        legend: '{{reason}} {{instance}} {{queue}}',
      },
    ],
    states: [holds],
    links: [runbookOfLabel('reason'), decisionsInLogs, decisionsAsTraces],
  });
}

function factors() {
  return timeline({
    title: 'Limiting factor',
    width: 12,
    height: 7,
    shows: 'The one thing that keeps the limit from being higher.',
    todo: 'If high: a factor that stays is what to change; follow its link into the runbook.',
    queries: [{ expr: `${series('limiting_factor')} == 1`, legend: '{{factor}} {{instance}} {{queue}}' }],
    states: [holds],
    links: [runbookOfLabel('factor'), decisionsInLogs],
  });
}

function bounds() {
  return timeline({
    title: 'Bound that shaped the decision',
    width: 12,
    height: 5,
    shows:
      'Whether the configured minimum, maximum or step limit changed what the strategy asked for; one line a bound.',
    todo: 'If high: at “max” with jobs waiting raise CONCURRENCY_MAX or add workers; at “min” look at signal pressure.',
    queries: [{ expr: series('bound_active'), legend: '{{bound}} {{instance}} {{queue}}' }],
    states: [{ text: 'no', color: 'transparent' }, holds],
    links: [runbookOfLabel('bound'), decisionsInLogs, runbookOf('FlyballPinnedAtMax')],
  });
}

function modes() {
  return timeline({
    title: 'Mode',
    width: 12,
    height: 5,
    shows:
      'Who has the say over the limit: the strategy (auto), an operator (override, frozen), nobody (dry-run), the drain.',
    todo: 'If high: override or frozen for long is a forgotten order; `flyball explain` names who gave it and until when.',
    queries: [{ expr: `${series('controller_mode')} == 1`, legend: '{{mode}} {{instance}} {{queue}}' }],
    states: [holds],
    links: [decisionsInLogs, runbookOf('FlyballOverrideForgotten')],
  });
}

function guardPanels() {
  return [
    timeseries({
      title: 'Memory guard: prediction and ceiling',
      unit: 'bytes',
      width: 8,
      dashed: '/^ceiling /',
      shows:
        'Device memory that one more job would need, what the guard keeps free to be safe included; its ceiling; and what it learnt one job takes.',
      todo: 'If high: above the ceiling the guard refuses jobs; give the job a declared size, or use a larger device.',
      queries: [
        { expr: series('guard_predicted_bytes'), legend: 'predicted {{instance}} {{gpu}}' },
        { expr: series('guard_ceiling_bytes'), legend: 'ceiling {{instance}} {{gpu}}' },
        { expr: series('guard_footprint_bytes'), legend: 'one more job {{instance}} {{gpu}}' },
      ],
      links: [runbookOf('guard')],
    }),
    timeseries({
      title: 'Memory guard: trust in the ceiling',
      unit: 'percentunit',
      width: 5,
      max: 1,
      shows: 'Share of the ceiling still trusted after out-of-memory failures; 100 % is all.',
      todo: 'If low: jobs ran out of memory; see “Out of memory” for when, and lower CONCURRENCY_MAX if it repeats.',
      queries: [{ expr: series('guard_trust_ratio'), legend: '{{instance}} {{gpu}}' }],
      links: [runbookOf('oom-cut')],
    }),
    timeline({
      title: 'Memory guard: state',
      width: 6,
      height: 7,
      shows: 'Whether the guard is off, still cold, on, held by a stale reading, or at its high-water mark.',
      todo: 'If high: “off” or “stale” for long means device memory is not known; see the GPU dashboard, “Telemetry health”.',
      queries: [{ expr: `${series('guard_state')} == 1`, legend: '{{state}} {{instance}} {{queue}}' }],
      states: [holds],
      links: [runbookOf('guard')],
    }),
    timeseries({
      title: 'Out of memory',
      unit: 'short',
      width: 5,
      shows:
        'Out-of-memory failures in ten minutes, all of them and by what they cost: the attempt, the handler, or the worker. The alert fires above the line.',
      todo: 'If high: look at “prediction and ceiling”; a job larger than the guard has learnt must declare its size.',
      queries: [
        { expr: countedBy('queue', 'out_of_memory_total', '10m'), legend: 'all {{queue}}' },
        { expr: countedBy('queue, scope', 'out_of_memory_total', '10m'), legend: '{{scope}} {{queue}}' },
      ],
      turns: { redFrom: marks.outOfMemoryIn10Minutes },
      links: [runbookOf('FlyballOutOfMemory')],
    }),
  ];
}

const holds = { text: 'active', color: 'blue' };
