import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import { runbookAnchor } from '../links.ts';
import { explore } from './explore.ts';
import { logsOf } from './logs.ts';

export interface DataLink {
  readonly title: string;
  /** May hold Grafana's variables: `${__value.time}`, `${__field.labels.queue}`. */
  readonly url: string;
}

/** From a point to the log lines of the decisions up to it, the last first: each says why in words. */
export const decisionsInLogs: DataLink = {
  title: 'Decisions up to this point, in words (logs)',
  url: explore('loki', { expr: logsOf('limit-changed', '${__field.labels.queue}'), queryType: 'range' }),
};

/** From a point to the control-period spans up to it: what was measured, and what was decided. */
export const decisionsAsTraces: DataLink = {
  title: 'Decisions up to this point (traces)',
  url: explore('tempo', { query: spans('decide'), queryType: 'traceql' }),
};

/** From a point to the attempts up to it; an exemplar leads to one of them directly. */
export const attemptsAsTraces: DataLink = {
  title: 'Attempts up to this point (traces)',
  url: explore('tempo', { query: spans('process'), queryType: 'traceql' }),
};

/** From a point to the requests that gateways answered up to it. */
export const requestsAsTraces: DataLink = {
  title: 'Requests up to this point (traces)',
  url: explore('tempo', { query: '{ kind = server && span.flyball.queue != nil }', queryType: 'traceql' }),
};

/** To the runbook's heading of an alert, or of a sign without one. */
export function runbookOf(heading: string): DataLink {
  return { title: `Runbook: ${heading}`, url: `\${runbook}${runbookAnchor(heading)}` };
}

/** To the runbook's heading of the reason, factor or bound that the series is labelled with. */
export function runbookOfLabel(label: 'reason' | 'factor' | 'bound'): DataLink {
  return { title: `Runbook: this ${label}`, url: `\${runbook}#\${__field.labels.${label}}` };
}

/** To everything that a decision let in: its attempts carry its id. */
export const spansOfDecision: DataLink = {
  title: 'What this decision let in (traces)',
  url: explore('tempo', { query: '{ span.flyball.decision.id = "${__value.raw}" }', queryType: 'traceql' }, '${__to}'),
};

export function dataLinks(links: readonly DataLink[]): DashboardLinkBuilder[] {
  return links.map(({ title, url }) =>
    new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).targetBlank(true),
  );
}

function spans(name: 'decide' | 'process'): string {
  return `{ name =~ "${name} .*" && span.flyball.queue = "\${__field.labels.queue}" }`;
}
