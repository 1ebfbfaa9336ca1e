import type { DecisionRecord } from '#libs/core';
import { countBetween } from '#libs/simulation';
import { chartLines, resampled, scaleWidth } from './chart.ts';
import type { SimulatedFacts } from './facts.ts';

export interface SimulatedRun {
  readonly strategy: string;
  readonly scenario: string;
  readonly summary: string;
  readonly seed: number;
  readonly records: readonly DecisionRecord[];
  /** When each job ended that kept its deadline, ms, ascending. Records do not tell: jobs that arrive have it from then on. */
  readonly onTimeAt: readonly number[];
  readonly facts: SimulatedFacts;
}

/** The limit and the on-time rate over time, and what it came to, in lines of at most `columns`. */
export function picture(run: SimulatedRun, columns: number): string {
  const width = Math.min(100, Math.max(20, columns - scaleWidth - 2));
  const gates = run.records.map(({ limit }) => limit.gate);
  const lines = [
    `${run.strategy} in ${run.scenario}: ${run.summary}`,
    `seed ${run.seed}, ${clock(durationOf(run.records))} simulated`,
    '',
    ...chartLines({ title: 'limit', values: gates, width }),
    ...outOfMemoryLine(run.records, width),
    '',
    ...chartLines({ title: 'on time per second', values: onTimeRates(run), width }),
    axis(run.records, width),
    '',
    ...totalLines(run),
  ];
  return lines.join('\n');
}

function onTimeRates({ records, onTimeAt }: SimulatedRun): readonly number[] {
  return records.map(({ t, period }) => countBetween(onTimeAt, t - period, t) / (period / 1000));
}

function outOfMemoryLine(records: readonly DecisionRecord[], width: number): readonly string[] {
  const losses = resampled(
    records.map(({ observation }) => observation.jobs.outOfMemory),
    width,
  );
  if (losses.every((lost) => lost === 0)) return [];
  return [`${'memory'.padStart(scaleWidth)} ${losses.map((lost) => (lost > 0 ? '×' : ' ')).join('')}`.trimEnd()];
}

function axis(records: readonly DecisionRecord[], width: number): string {
  const end = clock(durationOf(records));
  const drawn = Math.min(width, records.length);
  return `${' '.repeat(scaleWidth + 1)}0${end.padStart(Math.max(end.length + 1, drawn - 1))}`;
}

function totalLines(run: SimulatedRun): readonly string[] {
  const { facts } = run;
  const { limit, reasons } = facts;
  const { least, median, most } = limit.settled;
  const counts = Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`);
  return [
    `on time  ${facts.onTime} jobs, ${facts.onTimeRate.toPrecision(3)} a second`,
    `late     ${facts.late}, and ${facts.dropped} whose deadline passed in the queue: ${percent(facts.missShare)}`,
    `memory   ${times(facts.outOfMemory)}, ${facts.lost} jobs lost${guarding(run)}`,
    `limit    from ${limit.first} to ${limit.last}, highest ${limit.highest}, ${limit.changes} changes; last third ${least} to ${most}, median ${median}`,
    `reasons  ${counts.join(', ')}`,
  ];
}

function guarding({ facts: { guarded }, records }: SimulatedRun): string {
  return guarded === undefined ? '' : `; the guard held jobs back in ${guarded} of ${records.length} s`;
}

function times(count: number): string {
  return count === 0 ? 'never ran out' : count === 1 ? 'ran out once' : `ran out ${count} times`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function durationOf(records: readonly DecisionRecord[]): number {
  return records.reduce((sum, { period }) => sum + period, 0);
}

function clock(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 2) return `${Math.round(ms / 1000)} s`;
  return minutes < 120 ? `${Number(minutes.toFixed(1))} min` : `${Number((minutes / 60).toFixed(1))} h`;
}
