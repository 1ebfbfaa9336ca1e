import { FieldTextAlignment } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { dataLinks, type DataLink } from './data-links.ts';
import { panelHead } from './panel-head.ts';
import type { PanelText } from './panel-text.ts';
import { refId, tableTarget, type Query } from './query.ts';

export interface TableQuery extends Query {
  /** Head of the value's column; absent where the value is a constant 1 and only the labels speak. */
  readonly column?: string;
  /** Unit of that column, when it is not the panel's. */
  readonly unit?: string;
}

export interface TableOptions extends PanelText {
  readonly queries: readonly TableQuery[];
  readonly links?: readonly DataLink[];
}

/** What holds now, one row for each set of labels that the queries share. */
export function table(options: TableOptions): PanelBuilder {
  const { height = 7, queries, links = [] } = options;
  // Grafana calls the only value `Value`, several `Value #A`, `Value #B`.
  const value = (index: number): string => (queries.length === 1 ? 'Value' : `Value #${refId(index)}`);
  const hidden = queries.flatMap(({ column }, index) => (column === undefined ? [value(index)] : []));
  const renamed = queries.flatMap(({ column }, index) => (column === undefined ? [] : [[value(index), column]]));
  const panel = panelHead(new PanelBuilder(), { ...options, height })
    .align(FieldTextAlignment.Auto)
    .dataLinks(dataLinks(links))
    .targets(queries.map(tableTarget))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(['Time', ...hidden].map((name) => [name, true])),
        indexByName: {},
        renameByName: Object.fromEntries(renamed),
      },
    });
  for (const { column, unit: own } of queries) {
    if (column !== undefined && own !== undefined) panel.overrideByName(column, [{ id: 'unit', value: own }]);
  }
  return panel;
}
