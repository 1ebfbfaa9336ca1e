import { linksOf, targetsOf, type Panel } from './committed.ts';
import { parsePromql } from './parse-promql.ts';
import { selectorsOf } from './promql-parts.ts';
import { resultLabels } from './result-labels.ts';

/** Families that show what a decision was: each of their points leads to the decisions in words. */
const ofDecisions = new Set([
  'flyball_bound_active',
  'flyball_concurrency_limit_wanted',
  'flyball_controller_mode',
  'flyball_decisions_total',
  'flyball_limit_reversals_total',
  'flyball_limiting_factor',
  'flyball_signal_pressure_ratio',
  'flyball_strategy_term',
]);

/** The label of a decision whose values have a heading each in the runbook. */
const headed: Readonly<Record<string, string>> = {
  flyball_decisions_total: 'reason',
  flyball_limiting_factor: 'factor',
  flyball_bound_active: 'bound',
};

/** Where a link leads nowhere, or one is missing that a reader needs. */
export function linkProblems(panel: Panel): readonly string[] {
  const dead = [...unfilled(panel), ...timeless(panel)];
  // In a table labels are columns, and its links are theirs.
  return panel.type === 'table' ? dead : [...dead, ...withoutWords(panel), ...withoutHeading(panel)];
}

function unfilled(panel: Panel): readonly string[] {
  const able = labelSets(panel);
  return linksOf(panel).flatMap(({ title, url }) =>
    [...url.matchAll(/\$\{__field\.labels\.(\w+)\}/g)]
      .map(([, label = '']) => label)
      .filter((label) => able.some((labels) => !labels.includes(label)))
      .map((label) => `“${title}” needs ${label}, which not all its series have`),
  );
}

function timeless(panel: Panel): readonly string[] {
  if (panel.type !== 'stat') return [];
  const asking = linksOf(panel).filter(({ url }) => url.includes('${__value.time}'));
  return asking.map(({ title }) => `“${title}” needs the time of a point, which a stat has not`);
}

function withoutWords(panel: Panel): readonly string[] {
  // A stat may be about all of a queue's workers together.
  if (panel.type === 'stat' || !metricsOf(panel).some((metric) => ofDecisions.has(metric))) return [];
  const inWords = linksOf(panel).some(({ url }) => url.includes('${loki}') && url.includes('limit-changed'));
  return inWords ? [] : ['does not lead to the decisions in words'];
}

function withoutHeading(panel: Panel): readonly string[] {
  const urls = linksOf(panel).map(({ url }) => url);
  const able = labelSets(panel).flat();
  return metricsOf(panel)
    .flatMap((metric) => headed[metric] ?? [])
    .filter((label) => able.includes(label) && !urls.includes(`\${runbook}#\${__field.labels.${label}}`))
    .map((label) => `does not lead to the runbook of its ${label}`);
}

function metricsOf(panel: Panel): readonly string[] {
  const selectors = targetsOf(panel).flatMap(({ expr }) => selectorsOf(parsePromql(expr)));
  return selectors.map(({ selector }) => selector.metric);
}

function labelSets(panel: Panel): readonly (readonly string[])[] {
  return targetsOf(panel).map(({ expr }) => resultLabels(parsePromql(expr)));
}
