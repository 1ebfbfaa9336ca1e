import { ofQueue, selector } from './alert-series.ts';
import { inputSeries, type RuleTest } from './rules-tests.ts';

export interface RecordingCase {
  readonly about: string;
  readonly series: Readonly<Record<string, string>>;
  /** Recorded series → what it must be for the queue at 30 minutes; `undefined`: absent. */
  readonly gives: Readonly<Record<string, number | undefined>>;
}

export function recordingTest({ about, series, gives }: RecordingCase) {
  return {
    name: about,
    interval: '1m',
    input_series: inputSeries({ series }),
    promql_expr_test: Object.entries(gives).map(([expr, value]) => expectation(expr, selector(expr, ofQueue), value)),
  } satisfies RuleTest;
}

/** That an expression gives this one series at 30 minutes, or nothing. */
export function expectation(expr: string, labels: string, value: number | undefined) {
  return { expr, eval_time: '30m', exp_samples: value === undefined ? [] : [{ labels, value }] };
}
