import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { FamilyName } from '#libs/observability';
import { runbookPageAddress } from '../links.ts';
import { metric } from '../metric.ts';
import { datasources } from './datasources.ts';

/** The same for every dashboard, so that a link between two of them keeps what was chosen. */
export function variables(): readonly Builder<VariableModel>[] {
  return [
    new DatasourceVariableBuilder('datasource').label('Metrics').type('prometheus'),
    new DatasourceVariableBuilder('loki').label('Logs').type('loki'),
    new DatasourceVariableBuilder('tempo').label('Traces').type('tempo'),
    labelValues('job', 'Job', 'build_info', ''),
    labelValues('instance', 'Process', 'build_info', 'job=~"$job"'),
    labelValues('queue', 'Queue', 'queue_operations_total', 'job=~"$job", instance=~"$instance"'),
    labelValues('gpu', 'GPU', 'gpu_info', 'job=~"$job", instance=~"$instance"'),
    new TextBoxVariableBuilder('runbook')
      .label('Runbook')
      .description('Address of docs/runbook.md where you read it.')
      .defaultValue(runbookPageAddress),
  ];
}

/** Chosen from what is there in the time shown and fits the variables before it. */
function labelValues(name: string, label: string, family: FamilyName, matchers: string): QueryVariableBuilder {
  const selector = matchers === '' ? metric(family) : `${metric(family)}{${matchers}}`;
  const query = `label_values(${selector}, ${name})`;
  return (
    new QueryVariableBuilder(name)
      .label(label)
      .datasource(datasources.prometheus)
      .query({ qryType: 1, query, refId: 'PrometheusVariableQueryEditor-VariableQuery' })
      .definition(query)
      .multi(true)
      .includeAll(true)
      // All means all, also of what the list could not be made of.
      .allValue('.*')
      .current({ selected: true, text: ['All'], value: ['$__all'] })
      .refresh(VariableRefresh.OnTimeRangeChanged)
      // oxlint-disable-next-line unicorn/no-array-sort -- a builder, not an array
      .sort(VariableSort.NaturalAsc)
  );
}
