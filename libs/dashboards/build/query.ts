import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { families, type FamilyName } from '#libs/observability';
import { metric } from '../metric.ts';
import { datasources } from './datasources.ts';
import { quantileBy } from './promql.ts';
import type { Matchers } from './selector.ts';

export interface Query {
  readonly expr: string;
  /** Names the labels by which its series differ: `p95 {{queue}}`. */
  readonly legend: string;
}

/** One query for each of the quantiles by which a duration is judged. */
export function quantiles<Name extends FamilyName>(
  labels: readonly string[],
  family: Name,
  matchers: Matchers<Name> = {},
): readonly Query[] {
  const named = labels.map((label) => `{{${label}}}`).join(' ');
  return [0.5, 0.95, 0.99].map((quantile) => ({
    expr: quantileBy(quantile, labels.join(', '), family, matchers),
    legend: `p${quantile * 100} ${named}`,
  }));
}

/** Over the time shown; exemplars are asked for where a family carries them. */
export function rangeTarget({ expr, legend }: Query, index: number): DataqueryBuilder {
  return target(expr, index).legendFormat(legend).range().exemplar(carriesExemplars(expr));
}

/** As it is now. */
export function instantTarget({ expr, legend }: Query, index: number): DataqueryBuilder {
  return target(expr, index).legendFormat(legend).instant().exemplar(false);
}

/** As it is now, one row a series. */
export function tableTarget(query: Query, index: number): DataqueryBuilder {
  return instantTarget(query, index).format(PromQueryFormat.Table);
}

function target(expr: string, index: number): DataqueryBuilder {
  return new DataqueryBuilder().refId(refId(index)).datasource(datasources.prometheus).expr(expr);
}

/** Grafana's name of a query within its panel. */
export function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

function carriesExemplars(expr: string): boolean {
  return Object.entries(families).some(
    ([name, family]) => 'exemplars' in family && expr.includes(`${metric(name as FamilyName, '_bucket')}{`),
  );
}
