import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { datasources } from './datasources.ts';
import { description, nobodyHeard, type PanelText } from './panel-text.ts';

/** What the builders of all kinds of panel have in common. */
interface PanelBuilder {
  title(title: string): this;
  description(description: string): this;
  datasource(datasource: DataSourceRef): this;
  unit(unit: string): this;
  span(columns: number): this;
  height(lines: number): this;
  noValue(text: string): this;
}

/** What every panel says of itself, whatever kind it is. */
export function panelHead<Builder extends PanelBuilder>(
  builder: Builder,
  text: PanelText & { readonly height: number },
  datasource: DataSourceRef = datasources.prometheus,
): Builder {
  return builder
    .title(text.title)
    .description(description(text))
    .datasource(datasource)
    .unit(text.unit)
    .span(text.width)
    .height(text.height)
    .noValue(nobodyHeard);
}
