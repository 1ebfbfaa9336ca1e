import { partsOf } from './promql-parts.ts';
import type { Expression, Matching, Selector } from './promql.ts';
import { labelValueProblems } from './label-values.ts';
import { resultLabels } from './result-labels.ts';
import { seriesOf } from './series.ts';

/** Names and labels in an expression that nothing has which Flyball or its scraping makes. */
export function contractProblems(expression: Expression): readonly string[] {
  return partsOf(expression).flatMap(({ expression }) => {
    switch (expression.kind) {
      case 'number':
      case 'over':
      case 'call':
        return [];
      case 'selector':
        return selectorProblems(expression);
      case 'aggregation': {
        const able = expression.parts.flatMap(resultLabels);
        return strangers(expression.grouping?.labels ?? [], able).map((label) => `${expression.name} by ${label}`);
      }
      case 'binary':
        return matchingProblems(expression.matching, resultLabels(expression.left), resultLabels(expression.right));
    }
  });
}

function selectorProblems(selector: Selector): readonly string[] {
  if (seriesOf(selector.metric) === undefined) return [`${selector.metric} is no series`];
  const able = resultLabels(selector);
  return selector.matchers.flatMap((matcher) =>
    able.includes(matcher.label)
      ? labelValueProblems(selector.metric, matcher)
      : [`${selector.metric} has no ${matcher.label}`],
  );
}

/** What both sides are matched on both have; what is taken over, the side has from which it comes. */
function matchingProblems(
  matching: Matching | undefined,
  left: readonly string[],
  right: readonly string[],
): readonly string[] {
  if (matching === undefined) return [];
  const giver = matching.group === 'group_right' ? left : right;
  return [
    ...[...strangers(matching.labels, left), ...strangers(matching.labels, right)].map((label) => `on ${label}`),
    ...strangers(matching.included, giver).map((label) => `${matching.group} ${label}`),
  ];
}

function strangers(labels: readonly string[], able: readonly string[]): readonly string[] {
  return labels.filter((label) => !able.includes(label));
}
