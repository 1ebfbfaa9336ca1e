import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { MappingType, SpecialValueMatch, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { dataLinks, type DataLink } from './data-links.ts';
import { panelHead } from './panel-head.ts';
import type { PanelText } from './panel-text.ts';
import { instantTarget, type Query } from './query.ts';
import { thresholds, type Turns } from './thresholds.ts';

export interface StatOptions extends PanelText {
  readonly queries: readonly Query[];
  readonly turns?: Turns;
  readonly links?: readonly DataLink[];
  readonly mappings?: readonly ValueMapping[];
  /** The series' name is the message, its value how often. */
  readonly named?: boolean;
}

/** What each series is now, large: one that was last heard an hour ago is not there. */
export function stat(options: StatOptions): PanelBuilder {
  const { height = 4, queries, turns = {}, links = [], mappings = [], named } = options;
  // Not `lastNotNull`, for which the share of nothing is no value.
  const reduced = new ReduceDataOptionsBuilder().calcs(['last']).values(false).fields('');
  return panelHead(new PanelBuilder(), { ...options, height })
    .min(0)
    .mappings([...mappings])
    .thresholds(thresholds(turns))
    .colorMode(named === true ? BigValueColorMode.None : BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(named === true ? BigValueTextMode.ValueAndName : BigValueTextMode.Auto)
    .reduceOptions(reduced)
    .dataLinks(dataLinks(links.map(upToNow)))
    .targets(queries.map(instantTarget));
}

/** A reduced value has no time of its own. */
function upToNow({ title, url }: DataLink): DataLink {
  return { title, url: url.replaceAll('${__value.time}', '${__to}') };
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
