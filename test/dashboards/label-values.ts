import { sourceKinds } from '#libs/core';
import { bucketEdges } from '#libs/observability';
import type { Family } from '../../libs/observability/family.ts';
import type { Matcher } from './promql.ts';
import { seriesOf } from './series.ts';

/** Values that a label never has: a matcher that names one is dead, and nobody is told. */
export function labelValueProblems(metric: string, { label, operator, value }: Matcher): readonly string[] {
  const series = seriesOf(metric);
  if (series?.kind !== 'family') return [];
  if (label === 'le') return edgeProblems(metric, series.family, value);
  const known = valuesOf(series.family, label);
  const named = operator.includes('~') ? alternatives(value) : [value];
  if (known === undefined || named === undefined) return [];
  return named.filter((each) => !known.includes(each)).map((each) => `${metric} never has ${label}="${each}"`);
}

/** Undefined where any name may stand. */
function valuesOf({ labels }: Family, label: string): readonly string[] | undefined {
  const values = labels[label];
  if (values === 'source') return sourceKinds;
  return typeof values === 'string' ? undefined : values;
}

/** Of `a|b`; undefined for any other regular expression, such as a variable of the dashboard. */
function alternatives(pattern: string): readonly string[] | undefined {
  return /^[\w|-]*$/.test(pattern) ? pattern.split('|') : undefined;
}

/** Prometheus 3 stores the edge 1 as `1.0`, Prometheus 2 as `1`: a rule must find it in both. */
function edgeProblems(metric: string, { buckets }: Family, pattern: string): readonly string[] {
  const matches = new RegExp(`^(?:${pattern})$`);
  const edges = buckets === undefined ? [] : bucketEdges[buckets];
  const found = edges.filter((edge) => matches.test(String(edge)));
  const inBoth = found.filter((edge) => matches.test(Number.isInteger(edge) ? `${edge}.0` : String(edge)));
  if (found.length === 0) return [`${metric} has no edge le="${pattern}"`];
  return found.length === inBoth.length ? [] : [`le="${pattern}" is spelt otherwise by Prometheus 3`];
}
