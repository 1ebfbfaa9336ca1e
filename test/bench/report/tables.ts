import { marked, ranked } from './ranked.ts';
import type { BenchResults, ScenarioResult, ScenarioScore, SubjectResult, SubjectSummary, Table } from './results.ts';

/** Over all scenarios: one row for each subject, best first. */
export function summaryTable(results: BenchResults): Table {
  const { reference } = results;
  return {
    head: ['law', 'kind', 'mean', '±', 'median', 'p10', 'p01', 'worst', 'geo-mean', 'OOM/run'],
    rows: [
      ...ranked(results).map((subject) => [marked(subject), subject.kind, ...summaryCells(subject.summary)]),
      ...(reference === undefined ? [] : [[reference.name, 'reference', ...summaryCells(reference.summary)]]),
    ],
  };
}

function summaryCells(summary: SubjectSummary): readonly string[] {
  const { mean, spread, median, p10, p01, worst, geomean, oom } = summary;
  return [...[mean, spread, median, p10, p01, worst, geomean].map(ratio), perRun(oom)];
}

/** The ratio of each subject on each scenario. */
export function ratioTable(results: BenchResults): Table {
  return {
    head: ['law', ...results.scenarios.map(({ name }) => name)],
    rows: ranked(results).map((subject) => [
      marked(subject),
      ...results.scenarios.map(({ name }) => {
        const score = scoreOf(subject, name);
        return score === undefined ? '' : ratio(score.ratio);
      }),
    ]),
  };
}

/** Everything that is measured on one scenario; where deadlines tell nothing, the slowest jobs do. */
export function scenarioTable(results: BenchResults, scenario: ScenarioResult): Table {
  const withTail = results.suite === 'variants';
  return {
    head: [...scenarioHead, ...(withTail ? ['net 1 ratio', 'slowest'] : [])],
    rows: ranked(results).flatMap((subject) => {
      const score = scoreOf(subject, scenario.name);
      if (score === undefined) return [];
      const more = [ratio(score.netRatio[1]), score.tail === undefined ? '' : `${score.tail.toFixed(2)}×`];
      return [[marked(subject), ...scoreCells(score), ...(withTail ? more : [])]];
    }),
  };
}

const scenarioHead = [
  'law',
  'ratio',
  '±',
  'phases',
  'OOM/run',
  'net 0',
  'net 1',
  'net 5',
  'missed',
  'settles',
  'over',
  'moves/min',
  'regret',
];

function scoreCells(score: ScenarioScore): readonly string[] {
  const { net, settleS } = score;
  return [
    ratio(score.ratio),
    ratio(score.spread),
    score.phaseRatio === undefined ? '' : ratio(score.phaseRatio),
    perRun(score.oom),
    ...[net[0], net[1], net[5]].map((value) => value.toFixed(Math.abs(net[0]) < 1 ? 3 : 2)),
    `${(100 * score.missShare).toFixed(1)} %`,
    settleS === null ? 'never' : `${settleS.toFixed(0)} s`,
    `${score.overshoot.toFixed(1)}×`,
    score.churn.toFixed(1),
    ratio(score.regret),
  ];
}

/** Words above a scenario's table. */
export function bestFixed({ best }: ScenarioResult): string {
  const rate = (value: number): string => value.toPrecision(3);
  const { 0: free, 1: one, 5: five } = best.net;
  return `best fixed limit ${best.n}, ${rate(best.rate)} on time a second, ${perRun(best.oom)} OOM a run; best net ${[free, one, five].map(rate).join(', ')}`;
}

export function scoreOf(subject: SubjectResult, scenario: string): ScenarioScore | undefined {
  return subject.scores.find((score) => score.scenario === scenario);
}

export function ratio(value: number): string {
  return value.toFixed(3);
}

export function perRun(value: number): string {
  return value.toFixed(value < 1 ? 3 : value < 10 ? 2 : 1);
}
