import type { DashboardQuery } from './dashboard-queries.ts';
import type { Series } from './prometheus-api.ts';

/** One line a query, for whoever reads the output of the test: what it showed. */
export function shown({ dashboard, kind, title, ref }: DashboardQuery, series: readonly Series[]): string {
  const values = series.flatMap(({ points }) => points.map(([, value]) => value)).filter(Number.isFinite);
  const range = values.length === 0 ? 'empty' : `${number(Math.min(...values))} … ${number(Math.max(...values))}`;
  const name = `${dashboard} › ${kind === 'panel' ? '' : `${kind} `}${title} #${ref}`;
  return `${name.padEnd(78)} ${String(series.length).padStart(3)} series  ${range}`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}
