import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { MappingType, SpecialValueMatch, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { dataLinks, type DataLink } from './data-links.ts';
import { datasources } from './datasources.ts';
import { description, nobodyHeard, type PanelText } from './panel-text.ts';
import { rangeTarget, type Query } from './query.ts';
import { thresholds, type Turns } from './thresholds.ts';

export interface StatOptions extends PanelText {
  readonly queries: readonly Query[];
  readonly turns?: Turns;
  readonly links?: readonly DataLink[];
  readonly mappings?: readonly ValueMapping[];
  /** The series' name is the message, its value how often. */
  readonly named?: boolean;
}

/** The last value of each series, large. */
export function stat(options: StatOptions): PanelBuilder {
  const { title, unit, width, height = 4, queries, turns = {}, links = [], mappings = [], named } = options;
  return new PanelBuilder()
    .title(title)
    .description(description(options))
    .datasource(datasources.prometheus)
    .unit(unit)
    .span(width)
    .height(height)
    .min(0)
    .noValue(nobodyHeard)
    .mappings([...mappings])
    .thresholds(thresholds(turns))
    .colorMode(named === true ? BigValueColorMode.None : BigValueColorMode.Value)
    .graphMode(named === true ? BigValueGraphMode.None : BigValueGraphMode.Area)
    .textMode(named === true ? BigValueTextMode.ValueAndName : BigValueTextMode.Auto)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields(''))
    .dataLinks(dataLinks(links))
    .targets(queries.map(rangeTarget));
}

/** A share of nothing: the process is heard, and nothing happened. */
export const noneHappened: ValueMapping = {
  type: MappingType.SpecialValue,
  options: { match: SpecialValueMatch.NotANumber, result: { text: 'none yet', index: 0 } },
};

/** What {@link orNotHere} answers for a device that does not report the reading. */
export const notHereValue = -1;
export const notHere: ValueMapping = {
  type: MappingType.ValueToText,
  options: { [notHereValue]: { text: 'N/A here', color: 'text', index: 1 } },
};
