import { severities } from './alert-definition.ts';
import { inhibitions } from './alert-inhibitions.ts';
import { generatedNote, yamlOf } from './rules-document.ts';

const note = `${generatedNote}# No container engine was at hand when this was written: amtool has checked it, and test/stack.spec.ts compares it.
#
# Every receiver is empty: alerts are seen in Alertmanager's own page and go nowhere. Copy this file and give each the channel
# that its severity deserves (webhook_configs, email_configs, …): a person, a channel, a list.
`;

/** How long after a notice the next one comes while nothing has changed; Alertmanager forgets notices after five days. */
const repeats = { page: '1h', warning: '12h', ticket: '3d' } as const;

/** Every generated file of Alertmanager, by its path in the repository. */
export function alertmanagerFiles(): Readonly<Record<string, string>> {
  return { 'dashboards/stack/alertmanager.yaml': yamlOf(alertmanagerDocument()).replace(generatedNote, note) };
}

/** A route and a receiver for each severity, and one cause, one page. */
export function alertmanagerDocument() {
  return {
    route: {
      // What carries no severity of ours is nobody's page.
      receiver: 'ticket',
      group_by: ['alertname', 'namespace', 'release', 'queue'],
      group_wait: '30s',
      group_interval: '5m',
      routes: severities.map((severity) => ({
        receiver: severity,
        matchers: [`severity="${severity}"`],
        repeat_interval: repeats[severity],
      })),
    },
    receivers: severities.map((name) => ({ name })),
    inhibit_rules: inhibitions().map(({ source, targets, equal }) => ({
      source_matchers: [`alertname="${source}"`],
      target_matchers: [`alertname=~"${targets.join('|')}"`],
      ...(equal.length > 0 && { equal }),
    })),
  };
}
