import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { variablesOf, withVariables } from './grafana-variables.ts';

/** One expression of a dashboard as Prometheus is asked for it. */
export interface DashboardQuery {
  /** uid of the dashboard. */
  readonly dashboard: string;
  readonly kind: 'panel' | 'annotation' | 'variable';
  /** Of the panel or annotation; a variable's name. */
  readonly title: string;
  /** Of the query within its panel. */
  readonly ref: string;
  /** Without Grafana's variables. */
  readonly expr: string;
  /** As it stands in the file. */
  readonly written: string;
  /** A table or a stat asks for now, a graph for a span of time. */
  readonly instant: boolean;
}

interface Datasource {
  readonly type?: string;
}

interface Target {
  readonly expr?: string;
  readonly refId?: string;
  readonly instant?: boolean;
  readonly datasource?: Datasource;
}

interface Panel {
  readonly title?: string;
  readonly datasource?: Datasource;
  readonly targets?: readonly Target[];
  /** Of a collapsed row. */
  readonly panels?: readonly Panel[];
}

interface Annotation extends Target {
  readonly name: string;
  readonly target?: Target;
}

export interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating?: { readonly list?: readonly DashboardVariable[] };
  readonly annotations?: { readonly list?: readonly Annotation[] };
}

export interface DashboardVariable {
  readonly name: string;
  readonly type: string;
  readonly query?: string | { readonly query?: string };
  readonly datasource?: Datasource;
}

const folder = fileURLToPath(new URL('../../dashboards/', import.meta.url));

/** The dashboards as they are committed, in classic JSON. */
export function readDashboards(): readonly Dashboard[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name): Partial<Dashboard> => JSON.parse(readFileSync(`${folder}${name}`, 'utf8')))
    .filter((parsed): parsed is Dashboard => parsed.uid !== undefined && parsed.panels !== undefined);
}

/** Every Prometheus expression of a dashboard: panels, then annotations, then variables; all of them at All, or as chosen. */
export function queriesOf(
  dashboard: Dashboard,
  chosen: Readonly<Record<string, string>> = {},
): readonly DashboardQuery[] {
  const variables = variablesOf(dashboard.templating?.list ?? [], chosen);
  const query = (
    kind: DashboardQuery['kind'],
    title: string,
    target: Target,
    written: string,
  ): readonly DashboardQuery[] => {
    const { refId: ref = 'A', instant = false } = target;
    const expr = withVariables(written, variables);
    return [{ dashboard: dashboard.uid, kind, title, ref, expr, written, instant }];
  };
  return [
    ...allPanels(dashboard.panels).flatMap((panel) =>
      (panel.targets ?? []).flatMap((target) =>
        target.expr === undefined || !isPrometheus(target.datasource ?? panel.datasource)
          ? []
          : query('panel', panel.title ?? '', target, target.expr),
      ),
    ),
    ...(dashboard.annotations?.list ?? []).flatMap((annotation) => {
      const expr = annotation.expr ?? annotation.target?.expr;
      if (expr === undefined || !isPrometheus(annotation.datasource)) return [];
      return query('annotation', annotation.name, annotation.target ?? annotation, expr);
    }),
    ...(dashboard.templating?.list ?? []).flatMap((variable) => {
      const expr = variableExpression(variable);
      return expr === undefined ? [] : query('variable', variable.name, { instant: true }, expr);
    }),
  ];
}

function allPanels(panels: readonly Panel[]): readonly Panel[] {
  return panels.flatMap((panel) => [panel, ...allPanels(panel.panels ?? [])]);
}

function isPrometheus(datasource: Datasource | undefined): boolean {
  return datasource?.type === 'prometheus';
}

/** `label_values(metric, label)` asks for label values: those that a `group by` of the metric has. */
function variableExpression({ type, query, datasource }: DashboardVariable): string | undefined {
  if (type !== 'query' || !isPrometheus(datasource)) return undefined;
  const text = typeof query === 'string' ? query : (query?.query ?? '');
  const labelValues = /^label_values\((.*),\s*(\w+)\)$/s.exec(text);
  if (labelValues !== null) return `group by (${labelValues[2]}) (${labelValues[1]})`;
  const result = /^query_result\((.*)\)$/s.exec(text);
  if (result?.[1] !== undefined) return result[1];
  throw new Error(`This test does not know what the variable's query asks for: ${text}`);
}
