import { burnRates, marks, objectives } from '../../libs/dashboards/objectives.ts';
import { targetsOf, type Panel } from './committed.ts';
import { parsePromql } from './parse-promql.ts';
import { windowsOf } from './reading.ts';

/** Where a panel may turn, and which constant says so. */
export const turningPoints: ReadonlyMap<number, string> = new Map([
  // All of a share, or the first of what must not be.
  [1, 'one'],
  ...Object.entries(objectives).flatMap(([name, objective]): [number, string][] => [
    [objective, `objective of ${name}`],
    [rounded(1 - objective), `what the objective of ${name} leaves`],
  ]),
  ...Object.entries(burnRates).map(([name, rate]): [number, string] => [rate, `burn rate ${name}`]),
  ...Object.entries(marks)
    .filter(([name]) => windowOf(name) === undefined)
    .map(([name, mark]): [number, string] => [mark, name]),
]);

/** Where a panel turns at a number of its own. A count in an alert's window is a mark only where the panel counts in it. */
export function strayThresholds(panel: Panel): readonly number[] {
  const steps = panel.fieldConfig?.defaults.thresholds?.steps ?? [];
  const isMark = (value: number): boolean => turningPoints.has(value) || countsOf(panel).has(value);
  return steps.flatMap(({ value }) => (value === null || isMark(value) ? [] : [value]));
}

/** Where the steps do not rise, or nothing holds below the first. */
export function disorderedThresholds({ fieldConfig }: Panel): boolean {
  const [first, ...others] = fieldConfig?.defaults.thresholds?.steps ?? [];
  if (first === undefined) return false;
  const values = others.map(({ value }) => value ?? -Infinity);
  return first.value !== null || values.some((value, index) => value <= (values[index - 1] ?? -Infinity));
}

/** `leasesLostIn10Minutes`, where every query of the panel counts over ten minutes. */
function countsOf(panel: Panel): ReadonlySet<number> {
  const queries = targetsOf(panel).map(({ expr }) => new Set(windowsOf(parsePromql(expr)).map(([, window]) => window)));
  const counted = Object.entries(marks).filter(([name]) => {
    const window = windowOf(name);
    return window !== undefined && queries.length > 0 && queries.every((windows) => windows.has(window));
  });
  return new Set(counted.map(([, mark]) => mark));
}

/** `10m` of a count in ten minutes. */
function windowOf(name: string): string | undefined {
  const [, minutes] = /In(\d+)Minutes$/.exec(name) ?? [];
  return minutes === undefined ? undefined : `${minutes}m`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
