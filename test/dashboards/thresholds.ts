import { burnRates, marks, objectives } from '../../libs/dashboards/objectives.ts';
import type { Panel } from './committed.ts';

/** Where a panel may turn, and which constant says so. */
export const turningPoints: ReadonlyMap<number, string> = new Map([
  // All of a share, or the first of what must not be.
  [1, 'one'],
  ...Object.entries(objectives).flatMap(([name, objective]): [number, string][] => [
    [objective, `objective of ${name}`],
    [rounded(1 - objective), `what the objective of ${name} leaves`],
  ]),
  ...Object.entries(burnRates).map(([name, rate]): [number, string] => [rate, `burn rate ${name}`]),
  ...Object.entries(marks).map(([name, mark]): [number, string] => [asDrawn(name, mark), name]),
]);

/** Where a panel turns at a number of its own. */
export function strayThresholds({ fieldConfig }: Panel): readonly number[] {
  const steps = fieldConfig?.defaults.thresholds?.steps ?? [];
  return steps.flatMap(({ value }) => (value === null || turningPoints.has(value) ? [] : [value]));
}

/** Where the steps do not rise, or nothing holds below the first. */
export function disorderedThresholds({ fieldConfig }: Panel): boolean {
  const [first, ...others] = fieldConfig?.defaults.thresholds?.steps ?? [];
  if (first === undefined) return false;
  const values = others.map(({ value }) => value ?? -Infinity);
  return first.value !== null || values.some((value, index) => value <= (values[index - 1] ?? -Infinity));
}

/** A count in an alert's window is drawn as a rate: `leasesLostIn10Minutes` is so many each second. */
function asDrawn(name: string, mark: number): number {
  const [, minutes] = /In(\d+)Minutes$/.exec(name) ?? [];
  return minutes === undefined ? mark : rounded(mark / (Number(minutes) * 60));
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
