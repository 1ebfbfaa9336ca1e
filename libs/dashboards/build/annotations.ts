import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder as LokiQueryBuilder } from '@grafana/grafana-foundation-sdk/loki';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { datasources } from './datasources.ts';
import { logsOf } from './logs.ts';
import { chosenProcesses, series } from './selector.ts';

/** Marks on every graph: what changed, and what fires. */
export function annotations(): AnnotationQueryBuilder[] {
  return [
    // Each action and reason has a series of its own: the text is in its labels. Grafana wants milliseconds.
    fromMetrics('Limit changes', 'blue', `${series('limit_last_change_timestamp_seconds')} * 1000`)
      .titleFormat('limit')
      .textFormat('{{action}} {{reason}}')
      .tagKeys('instance,queue')
      .useValueForTime(true),
    fromMetrics('Mode changes', 'purple', modeChanges)
      .titleFormat('mode')
      .textFormat('{{mode}}')
      .tagKeys('instance,queue'),
    fromMetrics('Deploys', 'green', deploys)
      .titleFormat('started')
      .textFormat('{{version}} {{revision}}')
      .tagKeys('job')
      .useValueForTime(true),
    fromMetrics('Firing alerts', 'red', firing)
      .titleFormat('{{alertname}}')
      .textFormat('{{severity}}')
      .tagKeys('instance,queue'),
    limitChangesInWords(),
  ];
}

const modes = series('controller_mode');
const modeChanges = `changes(${modes}[$__rate_interval]) > 0 and ${modes} == 1`;

/** The oldest start of a process of each build. */
const deploys = [
  `min by (job, version, revision) (process_start_time_seconds{${chosenProcesses}}`,
  `* on (job, instance) group_left (version, revision) ${series('build_info')}) * 1000`,
].join(' ');

/** An alert may be about a queue or a whole release and then names no process. */
const firing = `ALERTS{alertname=~"Flyball.*", alertstate="firing", job=~"$job|", instance=~"$instance|", queue=~"$queue|"}`;

/** Written twice: up to Grafana 11 the annotation holds the query itself, later ones read its target. */
function fromMetrics(name: string, color: string, expr: string): AnnotationQueryBuilder {
  const step = '10s';
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(datasources.prometheus)
    .enable(true)
    .iconColor(color)
    .expr(expr)
    .step(step)
    .target(new DataqueryBuilder().refId('Anno').datasource(datasources.prometheus).expr(expr).interval(step).range());
}

/** The same changes with the explanation. Off at first: without Loki, Grafana would complain at every refresh. */
function limitChangesInWords(): AnnotationQueryBuilder {
  const expr = logsOf('limit-changed');
  return new AnnotationQueryBuilder()
    .name('Limit changes, explained')
    .datasource(datasources.loki)
    .enable(false)
    .iconColor('blue')
    .expr(expr)
    .titleFormat('limit {{from}} → {{to}}')
    .textFormat('{{explanation}}')
    .tagKeys('reason,limiting_factor')
    .target(new LokiQueryBuilder().refId('Anno').datasource(datasources.loki).expr(expr).queryType('range'));
}
