import { families } from '#libs/observability';
import type { Expression, Selector } from './promql.ts';
import { selectorsOf } from './promql-parts.ts';
import { seriesOf } from './series.ts';

/** Where an expression shows more than the reader chose. */
export function selectionProblems(expression: Expression): readonly string[] {
  return selectorsOf(expression).flatMap(({ selector }) =>
    chosenLabels(selector.metric)
      .filter((label) => !isChosen(selector, label))
      .map((label) => `${selector.metric} does not ask for ${label}=~"$${label}"`),
  );
}

/** Variables by which a series is chosen. Those recorded for a whole queue know no single process. */
function chosenLabels(metric: string): readonly string[] {
  const series = seriesOf(metric);
  switch (series?.kind) {
    case undefined:
      return [];
    case 'recorded':
      return ['queue'];
    case 'foreign':
      return ['job', 'instance', ...(metric === 'ALERTS' ? ['queue'] : [])];
    case 'family':
      return ['job', 'instance', ...['queue', 'gpu'].filter((label) => label in families[series.name].labels)];
  }
}

/** An alert may be about no process at all. */
function isChosen({ metric, matchers }: Selector, label: string): boolean {
  const value = metric === 'ALERTS' ? `$${label}|` : `$${label}`;
  return matchers.some((each) => each.label === label && each.operator === '=~' && each.value === value);
}
