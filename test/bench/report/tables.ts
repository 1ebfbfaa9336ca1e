import { marked, ranked } from './ranked.ts';
import type { BenchResults, ScenarioResult, ScenarioScore, SubjectResult } from './results.ts';

/** Cells as they are read; the first column names, the others are numbers. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Over all scenarios: one row for each subject, best first. */
export function summaryTable(results: BenchResults): Table {
  return {
    head: ['law', 'kind', 'mean', '±', 'median', 'p10', 'p01', 'worst', 'geo-mean', 'OOM/run'],
    rows: ranked(results).map((subject) => {
      const { mean, spread, median, p10, p01, worst, geomean, oom } = subject.summary;
      const ratios = [mean, spread, median, p10, p01, worst, geomean].map(ratio);
      return [marked(subject), subject.kind, ...ratios, perRun(oom)];
    }),
  };
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

/** Everything that is measured on one scenario. */
export function scenarioTable(results: BenchResults, scenario: ScenarioResult): Table {
  return {
    head: [
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
    ],
    rows: ranked(results).flatMap((subject) => {
      const score = scoreOf(subject, scenario.name);
      return score === undefined ? [] : [[marked(subject), ...scoreCells(score)]];
    }),
  };
}

function scoreCells(score: ScenarioScore): readonly string[] {
  const { net, settleS } = score;
  return [
    ratio(score.ratio),
    ratio(score.spread),
    score.phaseRatio === undefined ? '' : ratio(score.phaseRatio),
    perRun(score.oom),
    net[0].toFixed(2),
    net[1].toFixed(2),
    net[5].toFixed(2),
    `${(100 * score.missShare).toFixed(1)} %`,
    settleS === null ? 'never' : `${settleS.toFixed(0)} s`,
    `${score.overshoot.toFixed(1)}×`,
    score.churn.toFixed(1),
    ratio(score.regret),
  ];
}

export function scoreOf(subject: SubjectResult, scenario: string): ScenarioScore | undefined {
  return subject.scores.find((score) => score.scenario === scenario);
}

export function ratio(value: number): string {
  return value.toFixed(3);
}

export function perRun(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}
