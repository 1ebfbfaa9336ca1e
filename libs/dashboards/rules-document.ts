import { stringify } from 'yaml';
import type { Alert } from './alert-definition.ts';
import { annotationsOf } from './alert-annotations.ts';
import type { RecordingGroup } from './recording-rules.ts';

export const generatedNote = '# Made by `npm run dashboards` from libs/dashboards.\n';

export function recordingDocument(groups: readonly RecordingGroup[]): string {
  return ruleDocument(
    groups.map(({ name, rules }) => ({
      name,
      rules: rules.map(({ record, expression }) => ({ record, expr: expression })),
    })),
  );
}

/** @throws {Error} where an alert has no case that fires, or none that stays quiet */
export function alertDocument(all: readonly Alert[]): string {
  for (const { name, fires, quiet } of all) refuseUntested(name, { fires, quiet });
  const rules = all.map((alert) => ({
    alert: alert.name,
    expr: alert.expression,
    ...(alert.for !== undefined && { for: alert.for }),
    labels: { severity: alert.severity },
    annotations: annotationsOf(alert),
  }));
  return ruleDocument([{ name: 'flyball.alerts', rules }]);
}

/** One line an expression, so that a diff shows what changed. */
export function yamlOf(value: unknown): string {
  return generatedNote + stringify(value, { lineWidth: 0, singleQuote: true, aliasDuplicateObjects: false });
}

function ruleDocument(groups: readonly unknown[]): string {
  return yamlOf({ groups });
}

function refuseUntested(name: string, cases: Readonly<Record<'fires' | 'quiet', readonly unknown[]>>): void {
  for (const [kind, some] of Object.entries(cases)) {
    if (some.length === 0) throw new Error(`${name} has no case under "${kind}": say when, with series.`);
  }
}
