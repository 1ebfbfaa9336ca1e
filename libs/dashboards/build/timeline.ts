import {
  LegendDisplayMode,
  LegendPlacement,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { dataLinks, type DataLink } from './data-links.ts';
import { panelHead } from './panel-head.ts';
import type { PanelText } from './panel-text.ts';
import { rangeTarget, type Query } from './query.ts';

export interface TimelineOptions extends Omit<PanelText, 'unit'> {
  readonly queries: readonly Query[];
  /** Text and colour of 0 and of 1; of 1 alone where the query answers only what holds. */
  readonly states: readonly [State, State] | readonly [State];
  readonly links?: readonly DataLink[];
}

export interface State {
  readonly text: string;
  readonly color: string;
}

/** One bar for each series, coloured while it holds; a gap where nobody said anything. */
export function timeline(options: TimelineOptions): PanelBuilder {
  const { height = 6, queries, states, links = [] } = options;
  return panelHead(new PanelBuilder(), { ...options, unit: 'none', height })
    .mappings([stateTexts(states)])
    .showValue(VisibilityMode.Never)
    .mergeValues(true)
    .rowHeight(0.8)
    .fillOpacity(80)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .dataLinks(dataLinks(links))
    .targets(queries.map(rangeTarget));
}

function stateTexts(states: TimelineOptions['states']): ValueMapping {
  const [first, second] = states;
  const results = second === undefined ? { 1: first } : { 0: first, 1: second };
  return { type: MappingType.ValueToText, options: results };
}
