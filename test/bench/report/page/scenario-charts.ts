import type { Curve, ScenarioResult } from '../results.ts';
import type { Series } from './series.ts';
import { niceTicks, svgChart, type Point, type Tick } from './svg-chart.ts';

/** The limit over time and the on-time rate over time, beside what the best fixed limit has. */
export function scenarioCharts(
  { name, duration, best, phases, curves = [] }: ScenarioResult,
  series: readonly Series[],
): string {
  if (curves.length === 0) return '';
  const drawn = series.flatMap((each) => {
    const curve = curves.find(({ subject }) => subject === each.subject);
    return curve === undefined ? [] : [{ series: each, curve }];
  });
  const shown = drawn.filter((each) => each.series.shown).map(({ curve }) => curve);
  const window = duration / 20;
  const common = { xMax: duration, xTicks: timeTicks(duration), cuts: phases?.filter((at) => at > 0) ?? [] };
  const limit = svgChart({
    ...common,
    ...scaleTo(Math.max(1.3 * best.n, ...shown.flatMap((curve) => curve.limit)), 3 * best.n + 2),
    title: `${name}: limit, jobs at once`,
    mark: { y: best.n, words: `best fixed limit ${best.n}` },
    lines: drawn.map((each) => ({ series: each.series, points: stepPoints(each.curve, duration) })),
  });
  const smooth = drawn.map((each) => ({ series: each.series, points: smoothPoints(each.curve, window) }));
  const highest = smooth.filter((each) => each.series.shown).flatMap(({ points }) => points.map(([, y]) => y));
  const rate = svgChart({
    ...common,
    ...scaleTo(Math.max(1.15 * best.rate, ...highest), Infinity),
    title: `${name}: on time per second, mean over ${inWords(window)}`,
    mark: { y: best.rate, words: `best fixed limit ${best.rate.toPrecision(3)}` },
    lines: smooth,
  });
  return `<div class="charts">${limit}${rate}</div>`;
}

function scaleTo(wanted: number, most: number): { readonly yMax: number; readonly yTicks: readonly Tick[] } {
  const ticks = niceTicks(Math.min(wanted, most));
  return { yMax: ticks.at(-1) ?? 1, yTicks: ticks.map((at) => ({ at, words: String(at) })) };
}

function stepPoints({ t, limit }: Curve, duration: number): readonly Point[] {
  return limit.flatMap((value, index): readonly Point[] => [
    [t[index] ?? 0, value],
    [t[index + 1] ?? duration, value],
  ]);
}

/** Means over a window around each step: what one step counts is mostly chance. */
function smoothPoints({ t, rate }: Curve, window: number): readonly Point[] {
  const step = (t[1] ?? window) - (t[0] ?? 0);
  const half = Math.max(0, Math.round(window / step / 2));
  return rate.map((_, index) => {
    const near = rate.slice(Math.max(0, index - half), index + half + 1);
    return [(t[index] ?? 0) + step / 2, near.reduce((sum, value) => sum + value, 0) / near.length];
  });
}

function timeTicks(duration: number): readonly Tick[] {
  const isLong = duration >= 240_000;
  const unit = isLong ? 60_000 : 1000;
  const ats = niceTicks(duration / unit).filter((at) => at * unit <= duration * 1.001);
  return ats.map((at, index) => ({
    at: at * unit,
    words: index === ats.length - 1 ? `${at} ${isLong ? 'min' : 's'}` : String(at),
  }));
}

function inWords(ms: number): string {
  return ms < 120_000 ? `${Number((ms / 1000).toPrecision(3))} s` : `${Number((ms / 60_000).toPrecision(2))} min`;
}
