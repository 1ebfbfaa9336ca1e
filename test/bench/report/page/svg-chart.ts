import { escaped } from './markup.ts';
import type { Series } from './series.ts';

export interface SvgChart {
  readonly title: string;
  /** The first lies on top. */
  readonly lines: readonly { readonly series: Series; readonly points: readonly Point[] }[];
  /** Greatest value of each axis; what is above is cut off. */
  readonly xMax: number;
  readonly yMax: number;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  /** A level to compare with, and its name. */
  readonly mark?: { readonly y: number; readonly words: string };
  /** Where something changes. */
  readonly cuts?: readonly number[];
}

export type Point = readonly [x: number, y: number];

export interface Tick {
  readonly at: number;
  readonly words: string;
}

const [width, height] = [560, 230];
const plot = { left: 40, right: 548, top: 26, bottom: 204 };

export function svgChart(chart: SvgChart): string {
  const x = (value: number): number => plot.left + (value / chart.xMax) * (plot.right - plot.left);
  const y = (value: number): number =>
    plot.bottom - (Math.min(value, 1.5 * chart.yMax) / chart.yMax) * (plot.bottom - plot.top);
  const place = ([px, py]: Point): string => `${x(px).toFixed(1)} ${y(py).toFixed(1)}`;
  const grid = chart.yTicks.map(({ at, words }) => {
    const level = y(at).toFixed(1);
    return `<path class="grid" d="M${plot.left} ${level}H${plot.right}"/><text class="tick" text-anchor="end" x="${plot.left - 6}" y="${(y(at) + 3.5).toFixed(1)}">${words}</text>`;
  });
  const times = chart.xTicks.map(({ at, words }, index) => {
    const anchor = index === 0 ? 'start' : at >= 0.97 * chart.xMax ? 'end' : 'middle';
    return `<text class="tick" text-anchor="${anchor}" x="${x(at).toFixed(1)}" y="${plot.bottom + 16}">${words}</text>`;
  });
  const cuts = (chart.cuts ?? []).map(
    (at) => `<path class="cut" d="M${x(at).toFixed(1)} ${plot.top}V${plot.bottom}"/>`,
  );
  const curves = chart.lines.map(({ series, points }) => {
    const { id, colour, kind, subject } = series;
    const path = `M${points.map(place).join('L')}`;
    return `<g class="curve ${id} k-${kind.replace('+', '-')}" style="--c:var(--c${colour})"><title>${escaped(subject)}</title><path d="${path}"/></g>`;
  });
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(chart.title)}">
<text class="chart-title" x="0" y="12">${escaped(chart.title)}</text>
${grid.join('')}${times.join('')}${cuts.join('')}
<svg x="${plot.left}" y="${plot.top - 2}" width="${plot.right - plot.left}" height="${plot.bottom - plot.top + 3}" viewBox="${plot.left} ${plot.top - 2} ${plot.right - plot.left} ${plot.bottom - plot.top + 3}">
${curves.toReversed().join('\n')}
</svg>
${markOf(chart, y)}
</svg>`;
}

function markOf({ mark }: SvgChart, y: (value: number) => number): string {
  if (mark === undefined) return '';
  const level = y(mark.y).toFixed(1);
  return `<path class="mark" d="M${plot.left} ${level}H${plot.right}"/><text class="mark-words" text-anchor="end" x="${plot.right}" y="12">- - - ${escaped(mark.words)}</text>`;
}

/** From 0 to at least `max` in about four steps that are short to write. */
export function niceTicks(max: number): readonly number[] {
  const rough = max / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 1.5, 2, 2.5, 3, 5, 7.5, 10].find((each) => each * power >= rough) ?? 10);
  const count = Math.ceil(max / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(6)));
}
