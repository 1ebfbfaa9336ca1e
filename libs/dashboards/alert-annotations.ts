import type { Alert, FiringCase } from './alert-definition.ts';
import { dashboardUids, runbookAnchor, runbookPath } from './links.ts';

/** Labels that are variables of the dashboards too. */
const variables = ['job', 'instance', 'queue', 'gpu'] as const;

/** As Prometheus fills them in. */
export function annotationsOf({ name, summary, meaning, first, dashboard, fires }: Alert) {
  const carried = variables.filter((label) => label in fires[0].labels);
  const query = carried.map((label) => `var-${label}={{ $labels.${label} }}`).join('&');
  return {
    summary,
    description: `${meaning} First: ${first}`,
    runbook_url: `${runbookPath}${runbookAnchor(name)}`,
    dashboard_url: `/d/${dashboardUids[dashboard]}${query === '' ? '' : `?${query}`}`,
  };
}

/** What must come out of them in a case. @throws {Error} where a template names what the case does not have */
export function expectedAnnotations(alert: Alert, { about, labels, value }: FiringCase): Record<string, string> {
  const filled = (text: string): string =>
    text.replaceAll(/\{\{ \$(labels\.)?(\w+)[^}]*\}\}/g, (template, ofLabels: string | undefined, name: string) => {
      const word = ofLabels === undefined ? value : labels[name];
      if (word === undefined) throw new Error(`${alert.name}, "${about}": nothing is given for ${template}`);
      return word;
    });
  return Object.fromEntries(Object.entries(annotationsOf(alert)).map(([name, text]) => [name, filled(text)]));
}
