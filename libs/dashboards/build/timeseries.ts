import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { dataLinks, type DataLink } from './data-links.ts';
import { panelHead } from './panel-head.ts';
import type { PanelText } from './panel-text.ts';
import { rangeTarget, type Query } from './query.ts';
import { thresholds, type Turns } from './thresholds.ts';

export interface TimeseriesOptions extends PanelText {
  readonly queries: readonly Query[];
  readonly turns?: Turns;
  readonly links?: readonly DataLink[];
  /** A number that jumps, such as a limit. */
  readonly stepped?: boolean;
  /** Shares of a whole. */
  readonly stacked?: boolean;
  /** Series of these names (a regular expression) are bounds, drawn thin and dashed. */
  readonly dashed?: string;
  /** The legend names the highest first, with its last value. */
  readonly highestFirst?: boolean;
  /** Upper end of the axis, of shares that cannot exceed it. */
  readonly max?: number;
}

/** Lines over time, from 0 where the unit is not below it. */
export function timeseries(options: TimeseriesOptions): PanelBuilder {
  const { height = 7, queries, turns, links = [], stepped, stacked, dashed, max } = options;
  const panel = panelHead(new PanelBuilder(), { ...options, height })
    .min(0)
    .fillOpacity(stacked === true ? 30 : 5)
    .showPoints(VisibilityMode.Never)
    .lineInterpolation(stepped === true ? LineInterpolation.StepAfter : LineInterpolation.Linear)
    .legend(legend(options.highestFirst === true))
    // oxlint-disable-next-line unicorn/no-array-sort -- a builder, not an array
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .dataLinks(dataLinks(links))
    .targets(queries.map(rangeTarget));
  if (max !== undefined) panel.max(max);
  if (stacked === true) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  if (dashed !== undefined) panel.overrideByRegexp(dashed, dashedLine);
  if (turns !== undefined) {
    panel.thresholds(thresholds(turns));
    panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  return panel;
}

function legend(highestFirst: boolean): VizLegendOptionsBuilder {
  const options = new VizLegendOptionsBuilder().showLegend(true).placement(LegendPlacement.Bottom);
  if (!highestFirst) return options.displayMode(LegendDisplayMode.List).calcs([]);
  return options.displayMode(LegendDisplayMode.Table).calcs(['lastNotNull', 'max']).sortBy('Last *').sortDesc(true);
}

const dashedLine = [
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } },
  { id: 'custom.lineWidth', value: 1 },
  { id: 'custom.fillOpacity', value: 0 },
];
