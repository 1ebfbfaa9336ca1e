/**
 * The runbook's heading for an alert (`FlyballQueueAgeHigh`), a sign without one (`Flapping`), a reason (`oom-cut`), a factor
 * or a bound: GitHub's anchors, in lower case.
 */
export function runbookAnchor(name: string): string {
  return `#${name.toLowerCase().replaceAll(' ', '-')}`;
}

/** Relative to the repository: whoever publishes it elsewhere puts an address before it. */
export const runbookPath = 'docs/runbook.md';

/** The same as a page, and where Grafana serves it: compose.yaml puts the one in the place of the other. */
export const runbookPagePath = 'dashboards/stack/grafana/runbook.html';
export const runbookPageAddress = '/public/flyball/runbook.html';

export const dashboardUids = {
  overview: 'flyball-overview',
  strategy: 'flyball-strategy',
  gpu: 'flyball-gpu',
  fleet: 'flyball-fleet',
} as const;
