import type { Labels } from './closed-labels.ts';
import type { Family, LabelValues } from './family.ts';

export interface KnownLabels {
  readonly queue: string;
  readonly strategy: string;
  /** Telemetry sources that may be asked. */
  readonly sources: readonly string[];
}

/**
 * Every label combination of a family that can occur, once queue, strategy and sources are known: without a series at 0 a
 * dashboard's `increase()` misses the first event. None where only time can tell (a device, a handler not started yet),
 * and none for plain gauges, whose 0 would be a claim.
 */
export function startValues(family: Family, known: KnownLabels): readonly Labels[] {
  if (family.type === 'gauge' || family.starts === 'when-seen') return [];
  let combinations: readonly Labels[] = [{}];
  for (const [label, values] of Object.entries(family.labels)) {
    if (values === 'open') return [];
    const possible = possibleValues(values, known);
    combinations = combinations.flatMap((labels) => possible.map((value) => ({ ...labels, [label]: value })));
  }
  const { occurs } = family;
  return occurs === undefined ? combinations : combinations.filter((labels) => occurs(labels));
}

function possibleValues(values: Exclude<LabelValues, 'open'>, known: KnownLabels): readonly string[] {
  switch (values) {
    case 'queue':
      return [known.queue];
    case 'strategy':
      return [known.strategy];
    case 'source':
      return known.sources;
    default:
      return values;
  }
}
