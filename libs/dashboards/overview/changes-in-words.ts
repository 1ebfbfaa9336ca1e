import { DataqueryBuilder, LokiQueryType } from '@grafana/grafana-foundation-sdk/loki';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { FieldTextAlignment } from '@grafana/grafana-foundation-sdk/common';
import { dataLinks, spansOfDecision } from '../build/data-links.ts';
import { datasources } from '../build/datasources.ts';
import { logsOf } from '../build/logs.ts';
import { panelHead } from '../build/panel-head.ts';

const text = {
  title: 'Limit changes, explained',
  unit: 'none',
  shows: 'Each change of the limit with the explanation that its decision record gives, newest first (needs Loki).',
  todo: 'If high: many changes in a row are flapping; see “Reversals” on the strategy dashboard.',
  width: 24,
  height: 7,
} as const;

/** The log lines of limit changes as a table; a decision's id leads to the attempts it let in. */
export function changesInWords(): PanelBuilder {
  return panelHead(new PanelBuilder(), text, datasources.loki)
    .align(FieldTextAlignment.Auto)
    .withTarget(
      new DataqueryBuilder()
        .refId('A')
        .datasource(datasources.loki)
        .expr(logsOf('limit-changed'))
        .queryType(LokiQueryType.Range)
        .maxLines(200),
    )
    .transformations([
      // What `json` found in the line is in one field of labels.
      { id: 'extractFields', options: { source: 'labels', format: 'auto', replace: true, keepTime: true } },
      { id: 'filterFieldsByName', options: { include: { names: columns } } },
      { id: 'organize', options: { excludeByName: {}, renameByName: {}, indexByName: order } },
    ])
    .overrideByName('decision_id', [{ id: 'links', value: dataLinks([spansOfDecision]).map((link) => link.build()) }]);
}

const columns = ['Time', 'queue', 'from', 'to', 'reason', 'limiting_factor', 'explanation', 'decision_id'];
const order = Object.fromEntries(columns.map((name, index) => [name, index]));
