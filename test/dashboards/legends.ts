import { targetsOf, type Panel, type Target } from './committed.ts';
import { parsePromql } from './parse-promql.ts';
import { resultLabels } from './result-labels.ts';
import { targetLabels } from './series.ts';

/** Where a reader could not tell two lines of a panel apart. A table has columns instead. */
export function legendProblems(panel: Panel): readonly string[] {
  if (panel.type === 'table') return [];
  const targets = targetsOf(panel);
  const legends = targets.map(({ legendFormat }) => legendFormat);
  const doubled = legends.filter((legend, index) => legends.indexOf(legend) !== index);
  const hidden = panel.type !== 'stat' && panel.options?.legend?.showLegend !== true ? ['shows no legend'] : [];
  return [
    ...targets.flatMap(targetProblems),
    ...doubled.map((legend) => `two queries are both “${legend}”`),
    ...hidden,
  ];
}

function targetProblems({ refId, expr, legendFormat = '' }: Target): readonly string[] {
  const named = labelsIn(legendFormat);
  const able = resultLabels(parsePromql(expr));
  // The address of a process stands for all that scraping tells of it.
  const differing = able.includes('instance')
    ? able.filter((label) => label === 'instance' || !(targetLabels as readonly string[]).includes(label))
    : able;
  return [
    ...differing.filter((label) => !named.includes(label)).map((label) => `#${refId} does not name ${label}`),
    ...named.filter((label) => !able.includes(label)).map((label) => `#${refId} names ${label}, which it has not`),
  ];
}

/** `{{reason}} of {{queue}}` → reason, queue */
export function labelsIn(format: string): readonly string[] {
  return [...format.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, label = '']) => label);
}
