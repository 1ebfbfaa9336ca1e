import { parsePromql } from './parse-promql.ts';
import type { Aggregation, Binary, Call, Expression } from './promql.ts';
import { seriesOf, targetLabels } from './series.ts';

/** The labels that what an expression answers can have; none of a number, or of what is not known. */
export function resultLabels(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'number':
      return [];
    case 'selector':
      return selectorLabels(expression.metric);
    case 'over':
      return resultLabels(expression.body);
    case 'call':
      return callLabels(expression);
    case 'aggregation':
      return aggregationLabels(expression);
    case 'binary':
      return binaryLabels(expression);
  }
}

/** Whether it is one number without labels. */
export function isScalar(expression: Expression): boolean {
  if (expression.kind === 'binary') return isScalar(expression.left) && isScalar(expression.right);
  return expression.kind === 'number' || (expression.kind === 'call' && expression.name === 'time');
}

function selectorLabels(metric: string): readonly string[] {
  const series = seriesOf(metric);
  if (series === undefined) return [];
  switch (series.kind) {
    case 'recorded':
      return resultLabels(parsePromql(series.rule));
    case 'foreign':
      return [...series.foreign.labels, ...targetLabels];
    case 'family': {
      const own = Object.keys(series.family.labels);
      return [...own, ...(series.part === '_bucket' ? ['le'] : []), ...targetLabels];
    }
  }
}

function callLabels({ name, parts }: Call): readonly string[] {
  if (name === 'absent') return [];
  const labels = parts.flatMap(resultLabels);
  return name === 'histogram_quantile' ? labels.filter((label) => label !== 'le') : labels;
}

function aggregationLabels({ grouping, parts }: Aggregation): readonly string[] {
  if (grouping === undefined) return [];
  if (grouping.kind === 'by') return grouping.labels;
  return parts.flatMap(resultLabels).filter((label) => !grouping.labels.includes(label));
}

function binaryLabels({ operator, left, right, matching }: Binary): readonly string[] {
  if (isScalar(left)) return resultLabels(right);
  const own = resultLabels(left);
  if (isScalar(right) || operator === 'and' || operator === 'unless') return own;
  if (operator === 'or') return [...new Set([...own, ...resultLabels(right)])];
  if (matching?.group === 'group_left') return [...own, ...matching.included];
  if (matching?.group === 'group_right') return [...resultLabels(right), ...matching.included];
  if (matching?.kind === 'on') return matching.labels;
  return own.filter((label) => matching?.labels.includes(label) !== true);
}
