import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What the tests look at in Grafana's classic JSON. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly graphTooltip: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly Annotation[] };
}

export interface Panel {
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly gridPos: GridPosition;
  readonly datasource?: Datasource;
  readonly targets?: readonly Target[];
  readonly fieldConfig?: { readonly defaults: FieldDefaults; readonly overrides?: readonly Override[] };
  readonly options?: {
    readonly legend?: { readonly showLegend?: boolean };
    readonly reduceOptions?: { readonly calcs?: readonly string[] };
  };
  readonly transformations?: readonly { readonly id: string; readonly options: Readonly<Record<string, unknown>> }[];
}

export interface GridPosition {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Datasource {
  readonly type: string;
  readonly uid: string;
}

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly datasource: Datasource;
  readonly legendFormat?: string;
  readonly exemplar?: boolean;
  readonly instant?: boolean;
}

export interface FieldDefaults {
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly noValue?: string;
  readonly links?: readonly Link[];
  readonly mappings?: readonly Mapping[];
  readonly thresholds?: { readonly steps: readonly { readonly value: number | null; readonly color: string }[] };
}

export interface Link {
  readonly title: string;
  readonly url: string;
}

export interface Mapping {
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface Override {
  readonly matcher: { readonly id: string; readonly options: unknown };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

export interface Annotation {
  readonly name: string;
  readonly enable: boolean;
  readonly expr: string;
  readonly datasource: Datasource;
  readonly target: Pick<Target, 'expr' | 'datasource'>;
  readonly titleFormat?: string;
  readonly textFormat?: string;
  readonly tagKeys?: string;
  readonly useValueForTime?: boolean;
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query: string | { readonly query: string };
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string;
  readonly refresh?: number;
}

/** A panel and where it stands. */
export interface PlacedPanel {
  /** `flyball-overview › Limit` */
  readonly name: string;
  readonly dashboard: Dashboard;
  readonly panel: Panel;
}

const folder = fileURLToPath(new URL('../../dashboards/', import.meta.url));

/** The dashboards as they are committed, so that an edit by hand is seen. */
export const dashboards: readonly Dashboard[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(`${folder}${file}`, 'utf8')));

/** Every panel; rows are none. */
export const panels: readonly PlacedPanel[] = dashboards.flatMap((dashboard) =>
  dashboard.panels
    .filter(({ type }) => type !== 'row')
    .map((panel) => ({ name: `${dashboard.uid} › ${panel.title ?? ''}`, dashboard, panel })),
);

export function targetsOf({ targets = [] }: Panel, type: 'prometheus' | 'loki' = 'prometheus'): readonly Target[] {
  return targets.filter(({ datasource }) => datasource.type === type);
}

/** Of the panel, and of its columns. */
export function linksOf({ fieldConfig }: Panel): readonly Link[] {
  const ofColumns = (fieldConfig?.overrides ?? [])
    .flatMap(({ properties }) => properties)
    .filter(({ id }) => id === 'links')
    .flatMap(({ value }) => value as readonly Link[]);
  return [...(fieldConfig?.defaults.links ?? []), ...ofColumns];
}
