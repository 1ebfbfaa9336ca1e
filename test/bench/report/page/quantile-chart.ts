import type { BenchResults } from '../results.ts';
import type { Series } from './series.ts';
import { svgChart, type Point } from './svg-chart.ts';

const yMax = 1.25;

/** The ratios of a family, sorted: how bad its worst scenarios are for each subject, and how many are bad. */
export function quantileChart({ subjects }: BenchResults, series: readonly Series[]): string {
  const lines = series.map((each) => {
    const scores = subjects.find(({ name }) => name === each.subject)?.scores ?? [];
    const sorted = scores.map(({ ratio }) => ratio).toSorted((a, b) => a - b);
    const points = sorted.map((value, index): Point => [(index + 0.5) / sorted.length, value]);
    return { series: each, points };
  });
  return svgChart({
    title: 'Ratio to the best fixed limit, scenarios sorted from the worst',
    lines: lines.filter(({ points }) => points.length > 0),
    xMax: 1,
    yMax,
    xTicks: [0, 0.1, 0.25, 0.5, 0.75, 1].map((at) => ({
      at,
      words: `${100 * at}${at === 1 ? ' % of scenarios' : ''}`,
    })),
    yTicks: [0, 0.25, 0.5, 0.75, 1, 1.25].map((at) => ({ at, words: String(at) })),
    mark: { y: 1, words: 'best fixed limit' },
  });
}
