import { stringify } from 'yaml';
import type { Alert } from './alert-definition.ts';
import { annotationsOf } from './alert-annotations.ts';
import type { RecordingRule } from './recorded.ts';

export const generatedNote = '# Made by `npm run dashboards` from libs/dashboards.\n';

type Labels = Readonly<Record<string, string>>;

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly unknown[];
}

/** `labels` are put on every series recorded. */
export function recordingGroup(name: string, rules: readonly RecordingRule[], labels?: Labels): RuleGroup {
  return {
    name,
    rules: rules.map(({ record, expression }) => ({ record, expr: expression, ...(labels && { labels }) })),
  };
}

/**
 * `labels` are put on every alert.
 * @throws {Error} where an alert has no case that fires, or none that stays quiet
 */
export function alertGroup(name: string, all: readonly Alert[], labels: Labels = {}): RuleGroup {
  for (const { name: alert, fires, quiet } of all) refuseUntested(alert, { fires, quiet });
  const rules = all.map((alert) => ({
    alert: alert.name,
    expr: alert.expression,
    ...(alert.for !== undefined && { for: alert.for }),
    labels: { severity: alert.severity, ...labels },
    annotations: annotationsOf(alert),
  }));
  return { name, rules };
}

export function ruleDocument(groups: readonly RuleGroup[]): string {
  return yamlOf({ groups });
}

/** One line an expression, so that a diff shows what changed. */
export function yamlOf(value: unknown): string {
  return generatedNote + stringify(value, { lineWidth: 0, singleQuote: true, aliasDuplicateObjects: false });
}

function refuseUntested(name: string, cases: Readonly<Record<'fires' | 'quiet', readonly unknown[]>>): void {
  for (const [kind, some] of Object.entries(cases)) {
    if (some.length === 0) throw new Error(`${name} has no case under "${kind}": say when, with series.`);
  }
}
