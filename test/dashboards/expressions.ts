import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ruleFiles } from '../observability/rule-files.ts';
import { dashboards, panels, targetsOf, type Annotation, type Variable } from './committed.ts';
import { parsePromql } from './parse-promql.ts';
import type { Expression } from './promql.ts';

/** An expression, and where it is written. */
export interface Written {
  /** `flyball-overview › Limit #A`, `alert FlyballBlind`. */
  readonly where: string;
  readonly expr: string;
}

export const panelExpressions: readonly Written[] = panels.flatMap(({ name, panel }) =>
  targetsOf(panel).map(({ refId, expr }) => ({ where: `${name} #${refId}`, expr })),
);

export const annotationExpressions: readonly Written[] = dashboards.flatMap(({ uid, annotations }) =>
  annotations.list
    .filter(({ datasource }) => datasource.type === 'prometheus')
    .map(({ name, expr }: Annotation) => ({ where: `${uid} › annotation ${name}`, expr })),
);

/** The selectors out of which variables take their values. */
export const variableExpressions: readonly Written[] = dashboards.flatMap(({ uid, templating }) =>
  templating.list.flatMap((variable) =>
    variable.type === 'query' ? [{ where: `${uid} › $${variable.name}`, expr: selectorOf(variable) }] : [],
  ),
);

export const dashboardExpressions = [...panelExpressions, ...annotationExpressions, ...variableExpressions];

export const ruleExpressions: readonly Written[] = ruleFiles()
  .flatMap((path): readonly Group[] => parse(readFileSync(path, 'utf8')).groups)
  .flatMap(({ rules }) => rules)
  .map(({ alert, record, expr }) => ({ where: alert === undefined ? `recorded ${record}` : `alert ${alert}`, expr }));

/** What a check has to say of each, with its place; that an expression does not parse is a finding too. */
export function findings(
  all: readonly Written[],
  check: (expression: Expression) => readonly string[],
): readonly string[] {
  return all.flatMap(({ where, expr }) => problemsOf(expr, check).map((problem) => `${where}: ${problem}`));
}

function problemsOf(expr: string, check: (expression: Expression) => readonly string[]): readonly string[] {
  try {
    return check(parsePromql(expr));
  } catch (error) {
    return [String(error)];
  }
}

interface Group {
  readonly rules: readonly { readonly alert?: string; readonly record?: string; readonly expr: string }[];
}

function selectorOf({ query }: Variable): string {
  const text = typeof query === 'string' ? query : query.query;
  const [, selector] = /^label_values\((.*),\s*\w+\)$/s.exec(text) ?? [];
  if (selector === undefined) throw new Error(`This test does not know what the variable's query asks for: ${text}`);
  return selector;
}
